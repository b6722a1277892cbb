"""Excel workbooks, and the archives that pretend to be one."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from registry.sheets import SheetRefused, open_sheet
from tests.sheets.making import codes, xlsx_bytes, xlsx_sheet


def _archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _refusal(data: bytes) -> str:
    with pytest.raises(SheetRefused) as caught:
        open_sheet(io.BytesIO(data), "inventory.xlsx")
    return str(caught.value)


def test_cells_are_read_as_a_person_sees_them() -> None:
    moment = datetime.fromisoformat("2024-08-01T09:30")
    sheet = xlsx_sheet(
        [["Name", "Day", "Moment", "Count", "Share", "Yes"], ["a", date(2024, 8, 1), moment, 7, 0.5, True]]
    )
    assert sheet.rows[0].values == ("a", "2024-08-01", "2024-08-01 09:30:00", "7", "0.5", "TRUE")
    assert (sheet.encoding, sheet.delimiter) == ("", "")


def test_blank_rows_are_skipped_but_counted() -> None:
    sheet = xlsx_sheet([[], ["Name"], ["a"], [], ["b"]])
    assert [(row.number, row.values) for row in sheet.rows] == [(3, ("a",)), (5, ("b",))]


def test_a_formula_is_never_read_as_such() -> None:
    sheet = xlsx_sheet([["Name", "Purpose"], ["a", "=1+1"]])
    assert sheet.rows[0].cells["Purpose"] == ""


def test_further_sheets_are_named_as_not_read() -> None:
    book = Workbook(write_only=True)
    first = book.create_sheet("Inventory")
    first.append(["Name"])
    first.append(["a"])
    book.create_sheet("Archive").append(["Name"])
    stream = io.BytesIO()
    book.save(stream)
    sheet = open_sheet(stream, "inventory.xlsx")
    assert codes(sheet.problems) == ["SHEETS_NOT_READ"]
    assert "Archive" in sheet.problems[0].message


def test_a_note_beside_the_table_does_not_cost_the_row() -> None:
    sheet = xlsx_sheet([["Name"], ["a", "ask Kim"], ["b"]])
    assert len(sheet.rows) == 2
    assert codes(sheet.problems) == ["CELLS_NOT_READ"]


def test_a_zip_bomb_is_not_opened() -> None:
    data = _archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b" " * 30_000_000})
    assert len(data) < 100_000
    assert "unpacks to far more" in _refusal(data)


def test_entity_definitions_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><x/>'
    assert "definitions" in _refusal(_archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": bomb}))


def test_another_archive_is_refused_as_one() -> None:
    assert "archive" in _refusal(_archive({"inventory.csv": b"Name\na\n"}))
    assert "OpenDocument" in _refusal(_archive({"mimetype": b"x", "content.xml": b"<x/>"}))


def test_a_truncated_workbook_is_refused() -> None:
    data = xlsx_bytes([["Name"], *[[f"workflow {n}"] for n in range(500)]])
    assert "damaged" in _refusal(data[: len(data) // 2])


def test_a_workbook_with_a_damaged_sheet_is_refused() -> None:
    data = xlsx_bytes([["Name"], ["a"]])
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-60]
    assert "damaged" in _refusal(_archive(parts))


def test_a_row_with_an_absurd_number_does_not_keep_the_reader_busy() -> None:
    data = xlsx_bytes([["Name"], ["a"]])
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    sheet = (
        parts["xl/worksheets/sheet1.xml"]
        .replace(b'<row r="2">', b'<row r="999999999">')
        .replace(b'"A2"', b'"A999999999"')
    )
    parts["xl/worksheets/sheet1.xml"] = sheet
    assert "nothing below" in _refusal(_archive(parts))
