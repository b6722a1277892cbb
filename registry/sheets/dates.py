"""Days the way inventories spell them. What is less than a day is given its first day, and said to be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from registry.sheets.rules import Order

EARLIEST_YEAR, LATEST_YEAR = 1950, 2049
# Day 0 of spreadsheet serial numbers; the choice of 30 December absorbs the 29 February 1900 that never was.
_EPOCH = date(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
_ABOUT = re.compile(r"^(?:c\.|ca\.|circa|about|approx\.?|approximately|est\.?|estimated|~)\s*", re.IGNORECASE)
_HEAD = re.compile(r"^(\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}[/.]\d{1,2}[/.]\d{4})(?=[\s,;(])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """`day` is None where the text names no day that can be recorded. `code` and `note` are empty for a plain date."""

    day: date | None
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The text that a pattern matched, with what the mapping knows about the file."""

    match: re.Match[str]
    order: Order | None
    fiscal_start: int | None

    def __getitem__(self, group: str) -> str:
        return self.match[group] or ""


def read_date(text: str, *, order: Order | None = None, fiscal_start: int | None = None) -> Reading:
    """Never raises. Without `order`, a date such as 3/4/2024 is reported as ambiguous, not guessed."""
    stripped = text.strip()
    bare = _ABOUT.sub("", stripped)
    reading = _match(bare, order, fiscal_start)
    if reading is None and (head := _HEAD.match(bare)):
        found = _match(head[1], order, fiscal_start)
        if found is not None and found.day is not None:
            reading = Reading(found.day, "DATE_WITH_COMMENT", _("only the day is recorded, not the words after it"))
    if reading is None or reading.code == "DATE_UNREADABLE":
        return Reading(None, "DATE_UNREADABLE", _("no day can be read from it"))
    if reading.day is not None:
        reading = _plausible(reading)
    if bare != stripped and reading.day is not None and not reading.code:
        return _approximate(reading.day)
    return reading


def _match(text: str, order: Order | None, fiscal_start: int | None) -> Reading | None:
    for pattern, handler in _PATTERNS:
        if match := pattern.fullmatch(text):
            try:
                return handler(_Parts(match, order, fiscal_start))
            except (ValueError, OverflowError):
                return Reading(None, "DATE_UNREADABLE")
    return None


def _plausible(reading: Reading) -> Reading:
    day = reading.day
    if day is None or EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return reading
    number = (day - _EPOCH).days
    if EARLIEST_YEAR <= number <= LATEST_YEAR:
        note = _("a spreadsheet makes this day of the number %(year)d, so 1 January %(year)d is recorded") % {
            "year": number
        }
        return Reading(date(number, 1, 1), "DATE_YEAR_AS_DAY", note)
    return Reading(None, "DATE_IMPOSSIBLE", _("the year %(year)d cannot be right") % {"year": day.year})


def _approximate(day: date) -> Reading:
    return Reading(day, "DATE_APPROXIMATE", _("it names no exact day; %(day)s is recorded") % {"day": day.isoformat()})


def _iso(parts: _Parts) -> Reading:
    return Reading(date(int(parts["y"]), int(parts["m"]), int(parts["d"])))


def _numeric(parts: _Parts) -> Reading:
    first, second, year = int(parts["a"]), int(parts["b"]), _year(parts["y"])
    # Dots are written where the day comes first, whatever the rest of the file does.
    order = Order.DAY_FIRST if parts["sep"] == "." else parts.order
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        surprising = order is not None and (order is Order.DAY_FIRST) != (first > 12)
        if surprising:
            note = _("day and month are the other way round than in the rest of the file")
            return Reading(date(year, month, day), "DATE_OTHER_ORDER", note)
        return Reading(date(year, month, day))
    if order is None and first != second:
        date(year, first, second)
        return Reading(None, "DATE_AMBIGUOUS", _("it does not show which number is the month; set the order of dates"))
    day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
    return Reading(date(year, month, day))


def _named_day(parts: _Parts) -> Reading:
    return Reading(date(int(parts["y"]), _month(parts["m"]), int(parts["d"])))


def _named_month(parts: _Parts) -> Reading:
    return _approximate(date(_year(parts["y"]), _month(parts["m"]), 1))


def _numbered_month(parts: _Parts) -> Reading:
    return _approximate(date(int(parts["y"]), int(parts["m"]), 1))


def _whole_year(parts: _Parts) -> Reading:
    return _approximate(date(int(parts["y"]), 1, 1))


def _quarter(parts: _Parts) -> Reading:
    return _approximate(date(_year(parts["y"]), 3 * int(parts["q"]) - 2, 1))


def _fiscal(parts: _Parts) -> Reading:
    if parts.fiscal_start is None:
        return Reading(None, "DATE_UNREADABLE")
    months = parts.fiscal_start - 1 + 3 * (int(parts["q"] or 1) - 1)
    year = _year(parts["y"]) - (parts.fiscal_start > 1)
    return _approximate(date(year + months // 12, months % 12 + 1, 1))


def _season(parts: _Parts) -> Reading:
    return _approximate(date(int(parts["y"]), _SEASONS[parts["s"].lower()], 1))


def _serial(parts: _Parts) -> Reading:
    day = _EPOCH + timedelta(days=int(parts["n"]))
    note = _("it is a spreadsheet's number for %(day)s, which is recorded") % {"day": day.isoformat()}
    return Reading(day, "DATE_SERIAL", note)


def _year(text: str) -> int:
    """Two figures mean 1950 to 2049."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 50 else 1900)


def _month(name: str) -> int:
    lowered = name.lower()
    if lowered not in _MONTH_NAMES and lowered not in (*_MONTHS, "sept"):
        raise ValueError(name)
    return _MONTHS.index(lowered[:3]) + 1


_TIME = r"(?:[T ]\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?)?"
_YEAR = r"(?P<y>\d{4})"
_SHORT_YEAR = r"(?P<y>\d{4}|\d{2})"
_WORD = r"(?P<m>[A-Za-z]{3,9})\.?"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[_Parts], Reading]], ...] = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), handler)
    for pattern, handler in (
        (rf"{_YEAR}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_TIME}", _iso),
        (rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep){_SHORT_YEAR}{_TIME}", _numeric),
        (rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[- ]{_WORD},?[- ]{_YEAR}", _named_day),
        (rf"{_WORD} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}", _named_day),
        (rf"(?P<s>{'|'.join(_SEASONS)}),? {_YEAR}", _season),
        (rf"{_WORD}[-, ']+{_SHORT_YEAR}", _named_month),
        # A spreadsheet that sees “2024-Aug” shows 24-Aug: a year in front of its month, not a day.
        (rf"{_SHORT_YEAR}[- ]{_WORD}", _named_month),
        (rf"{_YEAR}[-/.](?P<m>\d{{1,2}})", _numbered_month),
        (rf"(?P<m>\d{{1,2}})[-/.]{_YEAR}", _numbered_month),
        (rf"(?:CY ?)?{_YEAR}", _whole_year),
        (rf"Q(?P<q>[1-4])[-,/ ]*(?:CY ?)?{_SHORT_YEAR}", _quarter),
        (rf"(?:CY ?)?{_YEAR}[-,/ ]*Q(?P<q>[1-4])", _quarter),
        (rf"(?:Q(?P<q>[1-4])[-,/ ]*(?:of )?)?FY[-' ]*{_SHORT_YEAR}", _fiscal),
        (rf"FY[-' ]*{_SHORT_YEAR}[-,/ ]*Q(?P<q>[1-4])", _fiscal),
        (r"(?P<n>\d{5})(?:\.\d+)?", _serial),
    )
)
