"""CSV as it really arrives: any delimiter, any line end, most encodings."""

import io

import pytest

from registry.sheets import MAX_ROWS, Severity, SheetRefused, open_sheet
from tests.sheets.making import EXCERPT, codes, csv_sheet


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["Name", "Purpose, in brief" if delimiter != "," else "Purpose", "Unit"], ["a", "b", "c"]]
    sheet = csv_sheet("\n".join(delimiter.join(line) for line in lines))
    assert sheet.delimiter == delimiter
    assert sheet.rows[0].values == ("a", "b", "c")


def test_commas_in_sentences_do_not_split_a_file_of_one_column() -> None:
    assert csv_sheet("Name\nRoutes, rosters and rates\nTriage").rows[0].cells == {"Name": "Routes, rosters and rates"}


def test_the_line_that_tells_excel_the_delimiter_is_not_a_heading() -> None:
    assert csv_sheet("sep=;\nName;Unit\nTriage;Claims\n").columns == ["Name", "Unit"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_beyond_ascii_survive(encoding: str) -> None:
    assert csv_sheet("Name,Unit\nPrüfung der Größe,Café\n", encoding=encoding).rows[0].values[1] == "Café"


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "koi8-r"])
def test_an_encoding_that_would_turn_into_gibberish_is_refused(encoding: str) -> None:
    text = "Name,Unit\n" + ("プログラム,業務\n" if encoding == "shift_jis" else "Проверка заявлений,Отдел\n") * 9
    with pytest.raises(SheetRefused, match="UTF-8"):
        csv_sheet(text, encoding=encoding)


def test_one_foreign_byte_in_utf8_is_refused_by_line_rather_than_garbling_the_rest() -> None:
    data = "Name,Unit\nPrüfung,Köln\nGröße,Fürth\n".encode() + b"Caf\xe9,Bonn\n"
    with pytest.raises(SheetRefused, match="line 4"):
        open_sheet(_stream(data), "a.csv")


def test_a_file_cut_in_the_middle_of_a_character_says_so() -> None:
    data = "Name,Unit\nPrüfung,Köln\nb,Größe".encode()[:-2]
    sheet = open_sheet(_stream(data), "a.csv")
    assert sheet.encoding == "utf-8"
    assert codes(sheet.problems) == ["FILE_CUT_OFF"]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_and_lines_as_an_editor_does() -> None:
    sheet = csv_sheet('Name,Purpose\r\na,"one\r\ntwo\r\nthree"\r\n\r\nb,x\r\n')
    assert [(row.number, row.line) for row in sheet.rows] == [(2, 2), (4, 6)]
    assert sheet.rows[0].cells["Purpose"] == "one\ntwo\nthree"


def test_nul_and_control_characters_are_removed_and_counted() -> None:
    sheet = csv_sheet("Name,Unit\nTri\x00age,Cla\x07ims\n")
    assert sheet.rows[0].values == ("Triage", "Claims")
    assert codes(sheet.problems) == ["CONTROLS_REMOVED"]


def test_headings_that_repeat_are_numbered_and_reported() -> None:
    sheet = csv_sheet("Name,Other,Other,Other (1)\na,b,c,d\n")
    assert sheet.columns == ["Name", "Other (2)", "Other (3)", "Other (1)"]
    assert codes(sheet.problems) == ["HEADING_REPEATED"]


def test_a_blank_heading_is_called_after_its_letter() -> None:
    sheet = csv_sheet("Name,,Unit,,\na,b,c,,\n")
    assert sheet.columns == ["Name", "Column B", "Unit"]
    assert not [problem for problem in sheet.problems if problem.severity is Severity.ERROR]


def test_a_quotation_mark_never_closed_is_reported_by_row_and_that_row_left_out() -> None:
    sheet = csv_sheet('Name,Unit\na,b\nc,"Claims and\nsome more')
    assert [row.number for row in sheet.rows] == [2]
    assert [(problem.row, problem.code, problem.column) for problem in sheet.problems] == [(3, "ROW_CUT_OFF", "Unit")]


def test_a_short_last_row_without_its_line_end_is_taken_as_broken_off() -> None:
    sheet = csv_sheet("Name,Unit,Stage\na,b,c\nd,e")
    assert [row.number for row in sheet.rows] == [2]
    assert (sheet.problems[0].row, sheet.problems[0].code) == (3, "ROW_CUT_OFF")


def test_a_short_row_in_the_middle_is_read_with_a_warning() -> None:
    sheet = csv_sheet("Name,Unit,Stage\na,b\nd,e,f\n")
    assert sheet.rows[0].cells == {"Name": "a", "Unit": "b", "Stage": ""}
    assert (sheet.problems[0].row, sheet.problems[0].column, sheet.problems[0].severity) == (2, "Stage", "WARNING")


def test_a_row_with_too_many_cells_is_left_out_because_its_cells_have_shifted() -> None:
    sheet = csv_sheet("Name,Unit\na,b\nc,d,e\nf,g\n")
    assert [row.number for row in sheet.rows] == [2, 4]
    assert (sheet.problems[0].row, sheet.problems[0].code) == (3, "ROW_TOO_LONG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"Name,Unit\n", "nothing below"),
        (b",,\n,,\n", "empty"),
        (b"%PDF-1.7\n%....", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\xd0\xcf\x11\xe0....", "xls"),
        (b"<!DOCTYPE html><table>", "web page"),
        (bytes(range(256)) * 40, "text file"),
        (b"Name\na\n" + b'"' + b"x" * 140_000 + b"\n", "never closed"),
    ],
)
def test_what_is_not_a_sheet_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(SheetRefused, match=words):
        open_sheet(_stream(data), "inventory.csv")


def test_too_many_rows_are_refused_with_the_limit() -> None:
    with pytest.raises(SheetRefused, match="50,000"):
        csv_sheet("Name,Unit\n" + "a,b\n" * (MAX_ROWS + 1))


def test_too_many_columns_are_refused_with_the_limit() -> None:
    with pytest.raises(SheetRefused, match="200"):
        csv_sheet(",".join(f"c{n}" for n in range(201)) + "\n" + "x," * 200 + "x\n")


def test_a_file_that_is_too_large_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.sheets.reading.MAX_BYTES", 2 * 1024 * 1024)
    with pytest.raises(SheetRefused, match="2 MB"):
        open_sheet(_stream(b"Name\n" + b"a\n" * 1_100_000), "a.csv")


def test_the_excerpt_of_the_real_inventory_is_read_whole() -> None:
    sheet = open_sheet(EXCERPT)
    assert (len(sheet.rows), len(sheet.columns), sheet.encoding, sheet.delimiter) == (200, 62, "cp1252", ",")
    assert "Describe the AI system’s outputs." in sheet.columns
    assert codes(sheet.problems) == ["HEADING_REPEATED"]
    assert sheet.rows[-1].number == 201 < sheet.rows[-1].line


def _stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
