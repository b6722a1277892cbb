"""A first guess at a mapping for a file nobody has mapped yet, from the words in its headings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from registry.sheets.fields import FIELDS, Field, Kind
from registry.sheets.rules import DEFAULT_BLANKS, Order
from registry.sheets.sheet import Row
from registry.sheets.words import fold

_IDENTIFIERS = (
    "id",
    "use case id",
    "identifier",
    "reference",
    "number",
    "key",
    "inventory id",
    "workflow id",
    "ref",
    "uid",
)
_EXACT, _WHOLE_WORDS = 1000.0, 100.0
_WORDY = 12
_LOOKED_AT = 500
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b", re.ASCII)


def suggest(
    columns: Sequence[str],
    rows: Iterable[Row] = (),
    *,
    name: str = "suggested",
    title: str = "",
    fields: Mapping[str, Field] = FIELDS,
) -> dict[str, Any]:
    """Best pairs first, one column for one field. `rows` help to tell whether the day or the month comes first."""
    pairs = sorted(
        (
            (-score, position, field)
            for position, column in enumerate(columns)
            for field, target in fields.items()
            if (score := _score(fold(column), target)) > 0
        ),
    )
    chosen: dict[str, str] = {}
    for _rank, position, field in pairs:
        if field not in chosen and columns[position] not in chosen.values():
            chosen[field] = columns[position]
    mapping: dict[str, Any] = {
        "name": name,
        "title": title or name,
        "key": _key(columns, chosen) if fields is FIELDS else key_of(chosen, fields),
        "blank": list(DEFAULT_BLANKS) if fields is FIELDS else [],
        "columns": {
            field: {"column": chosen[field], "parse": str(target.kind)}
            for field, target in fields.items()
            if field in chosen
        },
    }
    dated = [column for field, column in chosen.items() if fields[field].kind is Kind.DATE]
    if order := _order(dated, rows):
        mapping["dates"] = {"order": str(order)}
    return mapping


def key_of(columns: Mapping[str, str], fields: Mapping[str, Field]) -> list[str]:
    """Of records that say themselves what tells them apart: the columns, by field, of what every row needs."""
    return [column for field, column in columns.items() if fields[field].is_needed]


def _score(heading: str, field: Field) -> float:
    """Exact headings first, then those that hold the words; early words and short headings before others."""
    if not heading:
        return 0
    best = 0.0
    words = heading.split()
    for rank, phrase in enumerate(field.headings):
        if heading == phrase:
            return _EXACT - rank
        if f" {phrase} " in f" {heading} ":
            share = len(phrase.split()) / min(len(words), _WORDY)
            best = max(best, _WHOLE_WORDS * share - rank)
    return best


def _key(columns: Sequence[str], chosen: dict[str, str]) -> list[str]:
    for column in columns:
        if fold(column) in _IDENTIFIERS:
            return [column]
    return [chosen[field] for field in ("name", "parent_unit", "business_unit") if field in chosen]


def _order(columns: list[str], rows: Iterable[Row]) -> Order | None:
    """The order that some date proves, if no date proves the other."""
    month_first = day_first = False
    for row in islice(rows, _LOOKED_AT):
        cells = row.cells
        for column in columns:
            if match := _SLASHED.match(cells[column].strip()):
                month_first |= int(match[2]) > 12
                day_first |= int(match[1]) > 12
    if month_first == day_first:
        return None
    return Order.MONTH_FIRST if month_first else Order.DAY_FIRST
