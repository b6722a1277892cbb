"""Opening a spreadsheet file of any kind: rows of text come out, or one clear sentence says why not."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from registry.sheets.delimited import CellTooLongError, Records, refuse_overlong, sniff
from registry.sheets.encoding import decode
from registry.sheets.heading import name_columns
from registry.sheets.objects import looks_like_records, read_records
from registry.sheets.problems import Problem, Severity, SheetRefused, error, warning
from registry.sheets.sheet import MAX_BYTES, MAX_ROWS, Row, Sheet
from registry.sheets.words import excerpt
from registry.sheets.workbook import read_workbook

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"RIFF", "WebP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"PAR1", "Parquet"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b'{"')


def open_sheet(source: str | Path | BinaryIO, filename: str = "") -> Sheet:
    """Raises SheetRefused; nothing else, whatever the bytes. Everything is read before it returns."""
    data = _load(source)
    name = filename or (str(source) if isinstance(source, str | Path) else "")
    _refuse_foreign(data)
    if data.startswith(_ZIP):
        rows, problems = read_workbook(data)
        return _assemble(((number, number, cells) for number, cells in rows), problems, data)
    text, encoding, problems = decode(data)
    if looks_like_records(data):
        return _assemble(read_records(text), problems, data, encoding=encoding)
    delimiter, text = sniff(text, name)
    records = Records(text, delimiter)
    return _assemble(_numbered(records), problems, data, encoding=encoding, delimiter=delimiter, records=records)


def _load(source: str | Path | BinaryIO) -> bytes:
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    else:
        source.seek(0)
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise SheetRefused(_("The file is larger than %(limit)d MB. Split it and import the parts.") % {"limit": limit})
    if not data.strip():
        raise SheetRefused(_("The file is empty."))
    return data


def _refuse_foreign(data: bytes) -> None:
    for mark, kind in _FOREIGN:
        if data.startswith(mark):
            raise SheetRefused(
                _("This is a %(kind)s file, not a spreadsheet. Send CSV, JSON or an Excel workbook (.xlsx).")
                % {"kind": kind}
            )
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise SheetRefused(
            _("This is a web page or a data file, not a spreadsheet. Send CSV, JSON or an Excel workbook (.xlsx).")
        )
    if data.startswith(_OLD_OFFICE):
        raise SheetRefused(
            _(
                "This is an old (.xls) or password-protected Office file. "
                "Save it as .xlsx without a password, or as CSV."
            )
        )


def _numbered(records: Records) -> Iterator[tuple[int, int, list[str]]]:
    try:
        for number, (line, cells) in enumerate(records, start=1):
            yield number, line, cells
    except CellTooLongError as failure:
        raise refuse_overlong(failure.args[0]) from failure


def _assemble(
    rows: Iterable[tuple[int, int, list[str]]],
    problems: list[Problem],
    data: bytes,
    *,
    encoding: str = "",
    delimiter: str = "",
    records: Records | None = None,
) -> Sheet:
    filled = (row for row in rows if any(map(str.strip, row[2])))
    heading = next(filled, None)
    if heading is None:
        raise SheetRefused(_("The file is empty."))
    names, heading_problems = name_columns(heading[2], row=heading[0])
    problems = problems + heading_problems
    columns = tuple(names)
    kept: list[Row] = []
    for count, (number, line, cells) in enumerate(filled, start=1):
        if count > MAX_ROWS:
            raise SheetRefused(
                _("The file has more than %(limit)s rows. Split it and import the parts.") % {"limit": f"{MAX_ROWS:,}"}
            )
        problem = _fit(number, cells, columns, records)
        if problem is not None:
            problems.append(problem)
        if problem is None or problem.severity != Severity.ERROR:
            kept.append(Row(number, line, columns, tuple(cells)))
    if not kept and not any(problem.severity == Severity.ERROR for problem in problems):
        raise SheetRefused(_("The file has a heading row and nothing below it."))
    if records is not None and not records.ends_with_line:
        _distrust_last(kept, problems)
    return Sheet(names, kept, encoding, delimiter, problems, hashlib.sha256(data).hexdigest(), len(data))


def _fit(number: int, cells: list[str], columns: tuple[str, ...], records: Records | None) -> Problem | None:
    """Brings `cells` to the width of the heading, and says so where that changes what the row may mean."""
    if records is not None and records.is_cut_off:
        message = _("The row is cut off: a quotation mark is opened in it and never closed. It is not imported.")
        return error(number, columns[min(len(cells), len(columns)) - 1], message, code="ROW_CUT_OFF", value=cells[-1])
    missing = len(columns) - len(cells)
    surplus = [cell for cell in cells[len(columns) :] if cell.strip()]
    del cells[len(columns) :]
    cells.extend([""] * missing)
    if surplus and records is None:
        message = _("Cells to the right of the last heading are not read (first: “%(cell)s”).") % {
            "cell": excerpt(surplus[0])
        }
        return warning(number, "", message, code="CELLS_NOT_READ", value=" | ".join(surplus))
    if surplus:
        message = _("The row has more cells than the heading (first too many: “%(cell)s”). It is not imported.") % {
            "cell": excerpt(surplus[0])
        }
        return error(number, "", message, code="ROW_TOO_LONG", value=" | ".join(surplus))
    if missing > 0 and records is not None:
        message = _("The row has only %(count)d of %(width)d cells; the rest is taken as blank.") % {
            "count": len(columns) - missing,
            "width": len(columns),
        }
        return warning(number, columns[-missing], message, code="ROW_TOO_SHORT")
    return None


def _distrust_last(kept: list[Row], problems: list[Problem]) -> None:
    """A last row that is short and lacks its line end is where a copy or download broke off."""
    if not (kept and problems and problems[-1].code == "ROW_TOO_SHORT" and problems[-1].row == kept[-1].number):
        return
    row, problem = kept.pop(), problems.pop()
    message = _("The file breaks off in this row: its last cells and its line end are missing. It is not imported.")
    problems.append(error(row.number, problem.column, message, code="ROW_CUT_OFF", value=" | ".join(row.values)))
