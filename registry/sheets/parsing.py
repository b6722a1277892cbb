"""One row, one mapping: values for a workflow, and in words everything that did not fit."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from registry.sheets.export import restore
from registry.sheets.fields import FIELDS
from registry.sheets.problems import Problem, Severity, error, warning
from registry.sheets.rules import ColumnMapping, Combine, Rule
from registry.sheets.sheet import Row
from registry.sheets.values import read_value
from registry.sheets.words import fold, is_filler

# A longer answer is prose, not one of the words that stand for a blank.
_LONGEST_BLANK = 120
_LIFE = ("initiated_date", "developed_date", "implemented_date", "retired_date")


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """`key` is a SHA-256 of the key columns, the same however they are cased, spaced or punctuated.

    `cells` is the row as it stood in the file, to be kept as the record of where the values came from.
    """

    number: int
    line: int
    key: str
    name_column: str
    values: Mapping[str, str | date | None]
    problems: tuple[Problem, ...]
    cells: Mapping[str, str]

    @property
    def is_importable(self) -> bool:
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def parse_row(row: Row, mapping: ColumnMapping) -> ParsedRow:
    """Total: any text in any cell gives a result. Every field of the mapping is among the values."""
    cells = row.cells
    problems: list[Problem] = []
    values = {rule.field: _value(rule, cells, mapping, row.number, problems) for rule in mapping.rules}
    columns = {rule.field: rule.columns[0] for rule in mapping.rules}
    name_column = columns.get("name", "")
    if not values.get("name") and not any(problem.column == name_column for problem in problems):
        problems.append(error(row.number, name_column, _("The name is blank."), code="NAME_BLANK"))
    unit, parent = values.get("business_unit"), values.get("parent_unit")
    if isinstance(unit, str) and isinstance(parent, str) and fold(unit) == fold(parent):
        values["parent_unit"] = None
    problems += _check_life(values, columns, row.number, rough=_rough(problems))
    key = _identity(cells.get(column, "") for column in mapping.key)
    return ParsedRow(row.number, row.line, key, name_column, values, tuple(problems), cells)


def _value(
    rule: Rule, cells: Mapping[str, str], mapping: ColumnMapping, number: int, problems: list[Problem]
) -> str | date | None:
    texts = {column: _text(cells.get(column, ""), rule) for column in rule.columns}
    if rule.combine is Combine.FIRST:
        column = next((column for column, text in texts.items() if text), rule.columns[0])
        texts = {column: texts[column]}
    read = read_value(rule, list(texts.values()), mapping)
    if read.code:
        column = next((column for column, text in texts.items() if text), rule.columns[0])
        problems.append(Problem(number, column, read.message, read.severity, read.code, cells.get(column, "")))
    return read.value


def _text(cell: str, rule: Rule) -> str:
    """The cell without the mark an export put before it, or "" if it says nothing."""
    text = restore(cell).strip()
    if is_filler(text) or (len(text) <= _LONGEST_BLANK and fold(text) in rule.blanks):
        return ""
    return text


def _rough(problems: list[Problem]) -> set[str]:
    """The columns whose dates are the first day of a longer time."""
    return {problem.column for problem in problems if problem.code in ("DATE_APPROXIMATE", "DATE_YEAR_AS_DAY")}


def _check_life(
    values: Mapping[str, str | date | None], columns: Mapping[str, str], number: int, *, rough: set[str]
) -> list[Problem]:
    """A workflow is begun, built, put to use and retired in that order; both days are kept, the order is questioned.

    Two days of one year are not questioned if one of them is rough: “2023” may well lie after May 2023.
    """
    problems = []
    dated = [(field, day) for field in _LIFE if isinstance(day := values.get(field), date)]
    for (before, earlier), (after, later) in pairwise(dated):
        unsure = later.year == earlier.year and not rough.isdisjoint((columns[before], columns[after]))
        if later < earlier and not unsure:
            message = _("“%(later)s” (%(day)s) lies before “%(earlier)s” (%(other)s).") % {
                "later": FIELDS[after].label,
                "earlier": FIELDS[before].label,
                "day": later.isoformat(),
                "other": earlier.isoformat(),
            }
            problems.append(
                warning(number, columns[after], message, code="DATES_OUT_OF_ORDER", value=later.isoformat())
            )
    return problems


def _identity(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(map(fold, parts)).encode("utf-8", "surrogatepass")).hexdigest()
