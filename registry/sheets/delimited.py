"""Comma, semicolon, tab or bar separated text, as spreadsheet programs write it."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from registry.sheets.problems import SheetRefused

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 200_000
_SAMPLE_RECORDS = 60
# A line added after the last one: swallowed by the last cell, it shows that a quotation mark was never closed.
_END = "\x00end"


class CellTooLongError(Exception):
    """A cell beyond the csv module's limit: nearly always a quotation mark that is never closed."""


class Records(Iterator[tuple[int, list[str]]]):
    """Each record with the line it starts on. Afterwards `is_cut_off` tells whether the last cell was left open."""

    def __init__(self, text: str, delimiter: str) -> None:
        ending = "" if text.endswith(("\n", "\r")) else "\n"
        self._reader = csv.reader(io.StringIO(f"{text}{ending}{_END}", newline=""), delimiter=delimiter)
        self.is_cut_off = False
        self.ends_with_line = not ending

    def __next__(self) -> tuple[int, list[str]]:
        line = self._reader.line_num + 1
        try:
            cells = next(self._reader)
        except csv.Error as failure:
            raise CellTooLongError(line) from failure
        if cells == [_END]:
            raise StopIteration
        if cells and cells[-1].endswith(_END):
            self.is_cut_off = True
            cells[-1] = cells[-1].removesuffix(_END).rstrip("\r\n")
        return line, [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]


def sniff(text: str, filename: str) -> tuple[str, str]:
    """The delimiter, and the text without the line `sep=;` that Excel understands as a hint."""
    first, _newline, rest = text.partition("\n")
    hint = first.strip().strip('"')
    if len(hint) == len("sep=;") and hint.lower().startswith("sep=") and hint[-1] in DELIMITERS:
        return hint[-1], rest
    preferred = "\t" if filename.lower().endswith((".tsv", ".tab")) else ","
    fitness = {delimiter: _fitness(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: (fitness[delimiter], delimiter == preferred))
    if not fitness[best]:
        # One column: a delimiter that occurs nowhere keeps the commas of a sentence from splitting it.
        best = next((delimiter for delimiter in DELIMITERS if delimiter not in text), preferred)
    return best, text


def _fitness(text: str, delimiter: str) -> float:
    """Columns in the heading, weighed by the share of records that have as many: 0 for one column."""
    records: list[Sequence[str]] = []
    try:
        for _line, cells in Records(text[:_SAMPLE], delimiter):
            if cells:
                records.append(cells)
            if len(records) > _SAMPLE_RECORDS:
                break
    except CellTooLongError:
        return 0.0
    if not records:
        return 0.0
    if len(text) > _SAMPLE and 1 < len(records) <= _SAMPLE_RECORDS:
        records.pop()
    width = len(records[0])
    alike = sum(1 for record in records if len(record) == width)
    return (width - 1) * alike / len(records)


def refuse_overlong(line: int) -> SheetRefused:
    return SheetRefused(
        _(
            "The row that starts on line %(line)d has a cell of more than 131,072 characters. "
            "Most often a quotation mark is opened there and never closed."
        )
        % {"line": line}
    )
