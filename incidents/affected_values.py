"""What one line of a list of outputs may say, and how it is taken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

COLUMNS: Final = {
    "id": "ref", "ref": "ref", "output": "ref", "output_id": "ref", "output id": "ref", "decision_id": "ref",
    "occurred_at": "occurred_at", "produced_at": "occurred_at", "created_at": "occurred_at", "time": "occurred_at",
    "timestamp": "occurred_at", "date": "occurred_at",
    "preview": "preview", "text": "preview", "summary": "preview",
    "link": "link", "url": "link",
    "segment": "segment", "group": "segment", "customer_group": "segment", "customer group": "segment",
}  # fmt: skip
"""Heading in lower case → what it holds. Every other column is kept beside the output as it is."""
LONGEST: Final = {"ref": 200, "preview": 1000, "link": 1000, "segment": 100}
MOST_BESIDE: Final = 4000
"""Characters that everything else on a line may have, written as JSON."""


class RowRefused(Exception):
    """Why a line cannot be taken, in a sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    ref: str
    occurred_at: datetime | None = None
    preview: str = ""
    link: str = ""
    segment: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)


def row_of(values: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Row:
    """`zone` is taken for a time that names none. Raises `RowRefused`."""
    known: dict[str, Any] = {}
    beside: dict[str, Any] = {}
    for name, value in values.items():
        column = COLUMNS.get(str(name).strip().lower())
        if column is None:
            beside |= {str(name).strip()[:100]: value} if value not in ("", None) else {}
        elif value not in ("", None):
            known[column] = value
    texts = {name: _text(known.get(name, ""), name) for name in LONGEST}
    if not texts["ref"]:
        raise RowRefused(_("There is no id."))
    _check_link(texts["link"])
    return Row(**texts, occurred_at=_moment(known.get("occurred_at"), now, zone), attributes=_beside(beside))


def _text(value: Any, name: str) -> str:
    if isinstance(value, dict | list):
        raise RowRefused(_("“%(name)s” is no text.") % {"name": "id" if name == "ref" else name})
    text = str(value).strip()
    if "\x00" in text:
        raise RowRefused(_("It holds a character that a text cannot hold (NUL)."))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RowRefused(_("It holds half a character.")) from None
    if len(text) > LONGEST[name]:
        words = {"name": "id" if name == "ref" else name, "most": LONGEST[name]}
        raise RowRefused(_("“%(name)s” has more than %(most)d characters.") % words)
    return text


def _check_link(link: str) -> None:
    if not link:
        return
    try:
        parts = urlsplit(link)
    except ValueError:
        raise RowRefused(_("The link is no address.")) from None
    if parts.scheme not in ("http", "https") or not parts.netloc or any(mark in link for mark in " \n\t"):
        raise RowRefused(_("The link is no address that begins with http:// or https://."))


def _moment(value: Any, now: datetime, zone: tzinfo) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(str(value).strip())
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        is_later = found > now
    except (ValueError, OverflowError):
        words = {"text": str(value)[:40]}
        raise RowRefused(_("“%(text)s” is no time like 2026-11-19T18:40:00Z.") % words) from None
    if is_later:
        raise RowRefused(_("It was produced in the future."))
    return found


def _beside(values: dict[str, Any]) -> dict[str, Any]:
    try:
        written = json.dumps(values, ensure_ascii=False, allow_nan=False)
        written.encode()
    except (ValueError, RecursionError):
        raise RowRefused(_("What stands in the other columns cannot be kept.")) from None
    if "\\u0000" in written:
        raise RowRefused(_("It holds a character that a text cannot hold (NUL)."))
    if len(written) > MOST_BESIDE:
        raise RowRefused(_("The other columns have more than %(most)d characters.") % {"most": MOST_BESIDE})
    return values
