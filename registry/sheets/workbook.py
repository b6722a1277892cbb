"""Excel workbooks (.xlsx), looked over as archives before anything in them is opened."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Literal, Protocol

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from registry.sheets.problems import Problem, SheetRefused, warning
from registry.sheets.sheet import MAX_COLUMNS
from registry.sheets.words import without_controls

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 2_000
_SMALL = 4 * 1024 * 1024
_PROLOGUE = 4_096
# The last row an .xlsx file may have; a file that claims a higher one would be read for hours.
_LAST_ROW = 1_048_576


class _Sheet(Protocol):
    """What is used of openpyxl's ReadOnlyWorksheet, whose stubs do not let it be called."""

    title: str

    def reset_dimensions(self) -> None: ...
    def iter_rows(self, *, max_row: int, max_col: int, values_only: Literal[True]) -> Iterator[tuple[object, ...]]: ...


def read_workbook(data: bytes) -> tuple[Iterator[tuple[int, list[str]]], list[Problem]]:
    """The rows of the first visible sheet with their numbers, lazily, and what was noticed about the workbook."""
    _inspect(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    except Exception as failure:
        # openpyxl lets whatever goes wrong inside a damaged part escape: KeyError, ValueError, ParseError and more.
        raise _damaged() from failure
    if not visible:
        raise SheetRefused(_("The workbook has no visible sheet."))
    problems = []
    if len(visible) > 1:
        others = ", ".join(f"“{sheet.title}”" for sheet in visible[1:])
        message = _("Only the first sheet, “%(first)s”, is read; not %(others)s.") % {
            "first": visible[0].title,
            "others": others,
        }
        problems.append(warning(None, "", message, code="SHEETS_NOT_READ"))
    return _rows(visible[0]), problems


def _rows(sheet: _Sheet) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=_LAST_ROW, max_col=MAX_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, start=1):
            # A workbook may claim a million formatted but empty rows; counting passes over them fastest.
            if values.count(None) == len(values):
                continue
            yield number, ["" if value is None else _text(value) for value in values]
    except Exception as failure:
        raise _damaged() from failure


def _text(value: object) -> str:
    """Cells as a person sees them; a day without a time is written YYYY-MM-DD."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # _x000D_ is how the format spells the carriage return of a cell with several lines.
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return without_controls(text)[0]


def _inspect(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, len(data))
            _refuse_other_archive({part.filename for part in parts})
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_entities(archive, part)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
    ) as failure:
        raise _damaged() from failure


def _refuse_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    # zipfile reads no more of a part than its directory entry declares, so the declared sizes can be relied on.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or (unpacked > _SMALL and unpacked > size * MAX_RATIO):
        raise SheetRefused(
            _("The workbook unpacks to far more than a real one does (limit %(limit)d MB), so it is not opened.")
            % {"limit": MAX_UNPACKED // (1024 * 1024)}
        )


def _refuse_other_archive(names: set[str]) -> None:
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return
    if "mimetype" in names and "content.xml" in names:
        raise SheetRefused(_("This is an OpenDocument file. Save it as an Excel workbook (.xlsx) or as CSV."))
    raise SheetRefused(_("This is an archive, not an Excel workbook (.xlsx). Unpack it and send the file inside."))


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No spreadsheet program writes a document type; one is there only to define entities that expand."""
    with archive.open(part) as stream:
        prologue = stream.read(_PROLOGUE).replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in prologue or b"<!ENTITY" in prologue:
        raise SheetRefused(
            _("The workbook carries definitions that no spreadsheet program writes, so it is not opened.")
        )


def _damaged() -> SheetRefused:
    return SheetRefused(_("The workbook is damaged or incomplete. Open it in a spreadsheet program and save it again."))
