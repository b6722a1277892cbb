"""The canonical JSON form of a frozen record, and its digest.

RFC 8785 (JCS) for the values a record may hold: text, whole numbers, true, false, nothing, lists and
mappings. Instants and dates become ISO 8601 text first. Two records that say the same are the same bytes.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

# RFC 8785 section 3.2.2.3 reads numbers as IEEE 754 doubles: beyond this they would not survive the trip.
LARGEST_WHOLE_NUMBER = 2**53 - 1


class NotCanonicalError(ValueError):
    """The record holds something that has no single written form; the message names the place."""


def canonical(record: Mapping[str, Any]) -> bytes:
    """UTF-8, compact, keys in UTF-16 order.

    Raises NotCanonicalError for floats, instants without a zone, keys that are not text, and any other type.
    """
    text = json.dumps(_plain(record, "$"), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError("The record holds half of a surrogate pair, which is not text.") from error


def digest(content: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return sha256(content).hexdigest()


def _plain(value: object, place: str) -> object:
    plain: object
    match value:
        case None | bool():
            plain = value
        case str():
            plain = str.__str__(value)
        case int():
            plain = _whole(value, place)
        case datetime():
            plain = _instant(value, place)
        case date():
            plain = value.isoformat()
        case Mapping():
            keys = sorted((_key(key, place) for key in value), key=_utf16)
            plain = {key: _plain(value[key], f"{place}.{key}") for key in keys}
        case list() | tuple():
            plain = [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
        case _:
            raise NotCanonicalError(f"{place}: {type(value).__name__} has no canonical form.")
    return plain


def _whole(value: int, place: str) -> int:
    if abs(value) > LARGEST_WHOLE_NUMBER:
        raise NotCanonicalError(f"{place}: {value} is too large to be written exactly; write it as text.")
    return int(value)


def _instant(value: datetime, place: str) -> str:
    if value.tzinfo is None:
        raise NotCanonicalError(f"{place}: an instant without a time zone.")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise NotCanonicalError(f"{place}: {key!r} is a key that is not text.")
    return str.__str__(key)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
