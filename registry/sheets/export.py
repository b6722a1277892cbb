"""Lists as files a spreadsheet opens safely: what somebody typed stays text, and is never run as a formula."""

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from registry.sheets.words import without_controls

# Excel, LibreOffice and Google Sheets run a cell that starts so, some of them also after blanks or in full-width form.
_RUNS = re.compile(r"'*(?:[\t\r\n]|[\s\xa0\u200b\ufeff]*[=+\-@＝＋－＠])")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?%?", re.ASCII)
_MARK = "'"
# What one cell of an .xlsx file holds at most.
_CELL_LIMIT = 32_767
_WIDTHS = (10, 60)
_FIRST_YEAR = 1900


def neutralise(value: str) -> str:
    """Text with an apostrophe before it if a spreadsheet would run it; plain numbers, negative ones too, untouched."""
    return _MARK + value if _RUNS.match(value) and not _NUMBER.fullmatch(value) else value


def restore(value: str) -> str:
    """Undoes `neutralise`, for every text: an exported file read back says what it said."""
    rest = value.removeprefix(_MARK)
    return rest if rest != value and neutralise(rest) == value else value


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file line by line, for a streaming response; UTF-8 with the mark by which Excel knows it."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield b"\xef\xbb\xbf" + _encoded(writer.writerow([_csv_cell(column) for column in columns]))
    for row in rows:
        yield _encoded(writer.writerow([_csv_cell(cell) for cell in row]))


def write_csv(rows: Iterable[Sequence[object]], columns: Sequence[str], stream: BinaryIO) -> None:
    for line in csv_lines(columns, rows):
        stream.write(line)


def write_xlsx(rows: Iterable[Sequence[object]], columns: Sequence[str], stream: BinaryIO, *, title: str = "") -> None:
    """One sheet with a fixed, bold heading row. Rows are written to disk as they come, not gathered."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/?*\[\]:']", " ", without_controls(title)[0]).strip()[:31] or None)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        width = min(max(len(str(column)) + 2, _WIDTHS[0]), _WIDTHS[1])
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_xlsx_cell(sheet, column, bold=True) for column in columns])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    book.save(stream)


def write_json(rows: Iterable[Sequence[object]], names: Sequence[str], stream: BinaryIO) -> None:
    """One list of records, each with its values by name. Nothing runs a formula here, so every text is as it is."""
    before = b"[\n"
    for row in rows:
        record = dict(zip(names, map(_json_value, row), strict=True))
        stream.write(before + json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
        before = b",\n"
    stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _json_value(value: object) -> object:
    """Days and moments as ISO 8601, decimal numbers as text so that none is rounded."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)


class _Echo:
    """A file that hands back what is written, so that csv.writer.writerow returns its line."""

    def write(self, line: str) -> str:
        return line


def _encoded(line: object) -> bytes:
    return str(line).encode("utf-8", "replace")


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return str(value)
    return neutralise(_text(value))


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: object, *, bold: bool = False) -> object:
    if value is None or _is_native(value):
        return value
    text = _text(value)
    if len(text) > _CELL_LIMIT:
        text = text[: _CELL_LIMIT - 1] + "…"
    cell = WriteOnlyCell(sheet, value=text)
    # openpyxl takes “=…” for a formula and “#N/A” for an error; here a text is a text.
    cell.data_type = "s"
    if _RUNS.match(text):
        # The format's own apostrophe: the text stays text when somebody edits the cell.
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _is_native(value: object) -> bool:
    """Whether a workbook can hold the value as such: no time with a zone, no day before 1900, no infinity."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return False
    if isinstance(value, date):
        return value.year >= _FIRST_YEAR
    return isinstance(value, bool | int | float | Decimal) and math.isfinite(value)


def _text(value: object) -> str:
    text = value.isoformat(" ", "seconds") if isinstance(value, datetime) else str(value)
    return without_controls(text)[0]
