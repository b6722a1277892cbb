"""Template filters of printed documents: instants, spans, sizes and digests as a reader needs them.

Values come from canonical JSON, so an instant is text such as `2026-03-14T09:12:05Z`. Everything printed is
UTC and says so. What is missing is said in words: a blank could be mistaken for an oversight of the printer.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.template import Library
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.documents import rings as circles
from registry.kernel.documents.squares import Square, square_of
from registry.kernel.documents.strip import Strip, lay_out

register = Library()

LONGEST_VALUE, SHORTENED_VALUE = 320, 240
"""Characters of a value in a list of changes: up to the one it is printed whole, else what is printed of it."""
_EMPHASIS = re.compile(r"(\*\*|__|[*`])(?=\S)(.+?)(?<=\S)\1")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?")
ROWS_PER_TABLE = 150
"""A table beyond some hundred rows costs the renderer more than its share; longer days are divided."""


def parse(value: str | datetime | None) -> datetime | None:
    if not value:
        return None
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant.astimezone(UTC)


@register.filter
def instant(value: str | datetime | None) -> str:
    """`14 Mar 2026, 09:12:05 UTC`"""
    at = parse(value)
    return format_date(at, "j M Y, H:i:s") + "\N{NO-BREAK SPACE}UTC" if at else _("Not recorded")


@register.filter
def minute(value: str | datetime | None) -> str:
    """`14 Mar 2026, 09:12 UTC`"""
    at = parse(value)
    return format_date(at, "j M Y, H:i") + "\N{NO-BREAK SPACE}UTC" if at else _("Not recorded")


@register.filter
def clock(value: str | None) -> str:
    """`09:12:05`, for places whose heading states day and zone."""
    at = parse(value)
    return format_date(at, "H:i:s") if at else _("Not recorded")


@register.filter
def day(value: str | date | None) -> str:
    """`14 Mar 2026` from an instant or a date."""
    if not value:
        return _("Not recorded")
    on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(on, "j M Y")


@register.filter
def weekday(value: date) -> str:
    """`Saturday 14 March 2026`"""
    return format_date(value, "l j F Y")


@register.filter
def elapsed(seconds: int | None) -> str:
    """The two largest units of a span given in seconds: `1 h 16 min`."""
    if seconds is None:
        return _("Not established")
    sign, left = ("\N{MINUS SIGN}", -seconds) if seconds < 0 else ("", seconds)
    parts = []
    for size, unit in ((86400, _("d")), (3600, _("h")), (60, _("min")), (1, _("s"))):
        amount, left = divmod(left, size)
        parts.append((amount, unit))
    first = next((index for index, (amount, _unit) in enumerate(parts) if amount), len(parts) - 1)
    told = [f"{amount}\N{NO-BREAK SPACE}{unit}" for amount, unit in parts[first : first + 2] if amount]
    return sign + " ".join(told or [f"0\N{NO-BREAK SPACE}{_('s')}"])


@register.filter
def byte_size(size: int | None) -> str:
    """`4.2 MB`, in powers of ten."""
    if size is None:
        return _("Not recorded")
    for power, unit in ((9, "GB"), (6, "MB"), (3, "kB")):
        if size >= 10**power:
            return f"{number_format(size / 10**power, 1)}\N{NO-BREAK SPACE}{unit}"
    return ngettext("%(size)d byte", "%(size)d bytes", size) % {"size": size}


@register.filter
def amount(value: int) -> str:
    """`4,404,019`"""
    return number_format(value, force_grouping=True)


@register.filter
def grouped(digest: str | None) -> str:
    """A digest in eights, so that it can be compared by eye and broken between lines."""
    if not digest:
        return _("Not recorded")
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


@register.filter
def short_digest(digest: str) -> str:
    return f"{digest[:8]}\N{HORIZONTAL ELLIPSIS}{digest[-8:]}"


@register.filter
def stated(value: Any) -> Any:
    """The value, or the words that stand for its absence."""
    return _("Not stated") if value is None or value == "" else value


@register.filter
def value(text: str | None) -> str:
    """What a field was or became, as paper has room for it: the attached record holds every value whole."""
    if not text:
        return _("nothing")
    if _MOMENT.fullmatch(text):
        return instant(text.replace(" UTC", "Z")) if len(text) > len("2026-03-14") else day(text)
    return text if len(text) <= LONGEST_VALUE else _("%(start)s… (%(length)s characters, whole in the record)") % {
        "start": text[:SHORTENED_VALUE].rstrip(), "length": amount(len(text)),
    }  # fmt: skip


@register.filter
def unmarked(text: str | None) -> str | None:
    """Rich text as paper has it: without the signs that make words bold or slanted on a screen."""
    return _EMPHASIS.sub(r"\2", text) if text else text


@register.filter
def joined(values: Sequence[str] | None) -> str:
    return ", ".join(values) if values else _("None")


@register.filter
def by_day(rows: Iterable[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """Rows, sorted by the instant under `key`, in portions of one UTC day and at most ROWS_PER_TABLE."""
    portions = []
    for on, members in groupby(sorted(rows, key=lambda row: row[key]), lambda row: row[key][:10]):
        rest = list(members)
        for start in range(0, len(rest), ROWS_PER_TABLE):
            portion = {"on": date.fromisoformat(on), "rows": rest[start : start + ROWS_PER_TABLE]}
            portions.append({**portion, "is_continued": start > 0, "total": len(rest)})
    return portions


@register.filter
def batched(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Rows in portions of at most ROWS_PER_TABLE."""
    return [rows[start : start + ROWS_PER_TABLE] for start in range(0, len(rows), ROWS_PER_TABLE)]


@register.filter
def with_codes(rows: Iterable[Mapping[str, Any]], codes: str) -> list[Mapping[str, Any]]:
    """The rows whose `code` is among the space-separated `codes`, in the order of the rows."""
    wanted = codes.split()
    return [row for row in rows if row["code"] in wanted]


@register.inclusion_tag("documents/partials/time_strip.html")
def time_strip(marks: Sequence[Mapping[str, Any]]) -> dict[str, Strip]:
    """A drawing of labelled instants in their order, with the spans between them and a bar to scale."""
    return {"strip": lay_out([(str(mark["label"]), parse(mark["at"])) for mark in marks])}


@register.filter
def rings(rows: Sequence[Mapping[str, Any]]) -> circles.Rings:
    """The rows drawn around a middle; each says in `picture` on which ring and in which shape it stands."""
    return circles.lay_out([circles.Point(**row["picture"]) for row in rows])


@register.inclusion_tag("documents/partials/square.html")
def small_qr(address: str) -> dict[str, Square | str]:
    """The same for the foot of a page, where the paper around it is its margin and every module must stay large."""
    return {"square": square_of(address, is_small=True), "address": address}


@register.inclusion_tag("documents/partials/square.html")
def qr(address: str) -> dict[str, Square | str]:
    """A QR code that holds `address`."""
    return {"square": square_of(address), "address": address}
