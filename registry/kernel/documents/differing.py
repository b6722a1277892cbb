"""What two frozen records say differently, field by field, for people who compare two versions of a report.

Lists are not compared by position: an item is known by its reference, number or the like where all have one, and
otherwise found again by its content, so that one new line at the top does not make all below it look changed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from registry.kernel.documents.formatting import instant

ENTRY = "entry"
KEYS = (ENTRY, "reference", "id", "number", "code", "question", "label", "name", "field")
"""What items of a list are known by, the best first."""
# Every version has its own; saying so of each would bury what was corrected.
OWN = frozenset({"number", "version", "made_at", "made_by", "as_of", "known_at", "verify_url"})
UNREAD = frozenset({ENTRY, "schema", "cites"})
HISTORY = "audit"
LONGEST = 700
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_NOTHING = object()


@dataclass(frozen=True)
class Difference:
    """`path` in words, from the outside in. An old or new text of None: what stands there was added or removed."""

    path: tuple[str, ...]
    old: str | None
    new: str | None

    @property
    def place(self) -> str:
        """Where inside its part of the record."""
        return " › ".join(self.path[1:])


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    return list(_compare(_readable(old), _readable(new), ()))


def _order(part: tuple[str, Any]) -> tuple[bool, bool]:
    """Single things before lists of many; the lines of the history, of which every change adds some, at the end."""
    name, value = part
    return name == HISTORY, isinstance(value, list)


def by_part(found: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """The differences under the name of the part of the record they are in."""
    return [(part, list(rows)) for part, rows in groupby(found, lambda row: row.path[0] if row.path else "")]


def _readable(record: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in sorted(record.items(), key=_order) if key not in UNREAD}
    if isinstance(plain.get("document"), dict):
        plain["document"] = {key: value for key, value in plain["document"].items() if key not in OWN}
    return plain


def _compare(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            if key not in UNREAD:
                yield from _compare(old.get(key, _NOTHING), new.get(key, _NOTHING), (*path, _words(key)))
    elif isinstance(old, list) and isinstance(new, list):
        for name, before, after in _pairs(old, new):
            yield from _compare(before, after, (*path, name))
    else:
        before, after = _text(old), _text(new)
        if before != after:
            yield Difference(path, before, after)


def _pairs(old: list[Any], new: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Items that belong together, each pair with its name; what has no partner is paired with nothing."""
    key = next((key for key in KEYS if _is_key(key, old) and _is_key(key, new)), None)
    if key is not None:
        before, after = ({_name(key, item): item for item in items} for items in (old, new))
        for name in dict.fromkeys([*before, *after]):
            yield name or "", before.get(name, _NOTHING), after.get(name, _NOTHING)
        return
    same = SequenceMatcher(None, [_fixed(item) for item in old], [_fixed(item) for item in new], autojunk=False)
    for change, start, end, from_new, to_new in same.get_opcodes():
        if change == "replace" and end - start == to_new - from_new:
            for step in range(end - start):
                yield _position(start + step), old[start + step], new[from_new + step]
        elif change != "equal":
            yield from ((_position(place), old[place], _NOTHING) for place in range(start, end))
            yield from ((_position(place), _NOTHING, new[place]) for place in range(from_new, to_new))


def _is_key(key: str, items: list[Any]) -> bool:
    names = [_name(key, item) for item in items]
    return None not in names and len(set(names)) == len(names)


def _name(key: str, item: Any) -> str | None:
    """What `item` is known by under `key`; a line that cites the ledger by the number of its entry."""
    value = item.get(key) if isinstance(item, dict) else None
    if key == ENTRY and isinstance(value, dict):
        return _("Entry %(number)s") % {"number": value.get("id")}
    return str(value) if isinstance(value, str | int) and value != "" else None


def _position(place: int) -> str:
    return _("No. %(n)s") % {"n": place + 1}


def _fixed(item: Any) -> str:
    return json.dumps(item, sort_keys=True, ensure_ascii=False)


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _text(value: Any) -> str | None:
    """As people read it. None where there is nothing."""
    text: str | None
    match value:
        case bool():
            text = _("Yes") if value else _("No")
        case str() if _INSTANT.fullmatch(value):
            text = instant(value)
        case dict():
            label = value.get("label")
            text = str(label) if label else _joined(f"{_words(key)}: {part}" for key, part in _parts(value))
        case list():
            text = _joined(part for item in value if (part := _text(item)) is not None)
        case str() | int() if value != "":
            text = str(value)
        case _:
            text = None
    return text


def _parts(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        part = _text(item) if key not in UNREAD else None
        if part is not None:
            yield key, part


def _joined(parts: Iterator[str]) -> str | None:
    whole = "; ".join(parts)
    return (whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…") or None
