"""Rows about records other than workflows: every cell read strictly, every doubt a problem of its row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from registry.services.exchange.columns import Column, Plain, as_plain
from registry.services.exchange.kinds import RecordKind
from registry.sheets import ColumnMapping, Problem, Row, Sheet, compile_mapping, restore
from registry.sheets.dates import read_date
from registry.sheets.fields import Kind
from registry.sheets.problems import error
from registry.sheets.rules import Rule
from registry.sheets.words import excerpt, fold

_PARTS = re.compile(r"[,\n]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CELL_LIMIT = 32_767
_LARGEST = Decimal(10) ** 18


class NotReadError(Exception):
    """The cell does not say a value of its column; the sentence says what it should."""


@dataclass(frozen=True)
class ReadRow:
    """`values` hold every mapped column that could be read, as plain text."""

    number: int
    cells: Mapping[str, str]
    values: dict[str, Plain] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_rows(sheet: Sheet, mapping: Mapping[str, Any], kind: RecordKind) -> tuple[list[ReadRow], dict[str, str]]:
    """The rows of the sheet, and the column of the file that fills each field."""
    compiled = compile_mapping(mapping, kind.fields)
    columns = {rule.field: rule.columns[0] for rule in compiled.rules}
    return [_read_row(row, compiled, kind, sheet) for row in sheet.rows], columns


def _read_row(row: Row, mapping: ColumnMapping, kind: RecordKind, sheet: Sheet) -> ReadRow:
    found = ReadRow(row.number, row.cells)
    for rule in mapping.rules:
        column = kind.incoming[rule.field]
        source, text = _text(rule, row, sheet)
        try:
            found.values[rule.field] = _value(text, column, rule, mapping)
        except NotReadError as refused:
            found.problems.append(error(row.number, source, str(refused), code="CELL_UNREADABLE", value=text))
    return found


def _text(rule: Rule, row: Row, sheet: Sheet) -> tuple[str, str]:
    """The first column that says something, and what. Only text files carry the mark that an export puts."""
    cells = row.cells
    source = next((name for name in rule.columns if cells.get(name, "").strip()), rule.columns[0])
    text = cells.get(source, "")
    return source, (restore(text) if sheet.delimiter else text).strip()


def _value(text: str, column: Column, rule: Rule, mapping: ColumnMapping) -> Plain:
    if not text or (column.kind is not Kind.TEXT and fold(text) in rule.blanks):
        return [] if column.kind is Kind.LIST else ""
    if len(text) >= _CELL_LIMIT and text.endswith("…"):
        raise NotReadError(_("The workbook cut this text off. Import it from CSV or JSON."))
    reads = _READERS.get(column.kind)
    return reads(text, column, rule, mapping) if reads else column.tidy(str(as_plain(text, column.kind)))


def _symbol(text: str, column: Column, rule: Rule, _mapping: ColumnMapping) -> str:
    symbol = rule.answers.get(fold(text))
    if symbol is None:
        known = ", ".join(str(label) for _symbol, label in column.choices)
        words = {"text": excerpt(text), "label": column.label, "known": known}
        raise NotReadError(_("“%(text)s” is no answer for “%(label)s”. Known: %(known)s.") % words)
    return symbol


def _list(text: str, column: Column, rule: Rule, mapping: ColumnMapping) -> list[str]:
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    if column.names_people:
        parts = [part.lower() for part in parts]
    elif column.choices:
        parts = [_symbol(part, column, rule, mapping) for part in parts]
    return list(dict.fromkeys(parts))


def _day(text: str, _column: Column, _rule: Rule, mapping: ColumnMapping) -> str:
    reading = read_date(text, order=mapping.order)
    if reading.day is None or reading.code:
        raise NotReadError(_("“%(text)s”: %(note)s.") % {"text": excerpt(text), "note": reading.note})
    return reading.day.isoformat()


def _number(text: str, column: Column, _rule: Rule, _mapping: ColumnMapping) -> str:
    try:
        value = Decimal(text.replace("\xa0", "").replace(" ", ""))
    except InvalidOperation:
        raise NotReadError(_("“%(text)s” is not a number.") % {"text": excerpt(text)}) from None
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise NotReadError(_("“%(text)s” is not a number.") % {"text": excerpt(text)})
    if column.is_whole and (value != value.to_integral_value() or value < 0):
        raise NotReadError(_("“%(text)s” is not a whole number.") % {"text": excerpt(text)})
    return str(as_plain(value, Kind.NUMBER))


def _moment(text: str, _column: Column, _rule: Rule, _mapping: ColumnMapping) -> str:
    """A moment without a zone is one of the clock of the installation."""
    try:
        value = parse_datetime(f"{text} 00:00" if _DAY.fullmatch(text) else text)
    except ValueError:
        value = None
    if value is None:
        raise NotReadError(_("“%(text)s” is no moment such as 2026-11-20 09:30.") % {"text": excerpt(text)})
    if timezone.is_naive(value):
        value = timezone.make_aware(value)
    return str(as_plain(value, Kind.MOMENT))


_READERS: dict[Kind, Callable[[str, Column, Rule, ColumnMapping], Plain]] = {
    Kind.CHOICE: _symbol,
    Kind.LIST: _list,
    Kind.DATE: _day,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
}
