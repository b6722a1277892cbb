"""Exports that no spreadsheet program runs, and that come back as they went."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from registry.sheets import csv_lines, neutralise, open_sheet, restore, write_csv, write_xlsx

RUNS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-1+cmd|' /C calc'!A0", "'=1", "- a bullet"],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-5", "+1.5", "-1,234.50", "-3e8", "-7%", "Triage", "a=b", "'quoted'", "", "2024-08-01"]
)
def test_numbers_and_plain_words_are_untouched(text: str) -> None:
    assert neutralise(text) == text


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="'=+-@ 1a\t", max_size=6))
def test_what_is_neutralised_is_restored(text: str) -> None:
    assert restore(neutralise(text)) == text


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="'=+-@ 1a\t", max_size=6))
def test_nothing_but_a_number_leaves_starting_as_a_formula(text: str) -> None:
    safe = neutralise(text)
    assert not safe.startswith(tuple(RUNS)) or safe.lstrip("+-")[0].isdigit()


def test_csv_starts_with_the_mark_by_which_excel_knows_utf8() -> None:
    assert next(csv_lines(["Größe"], [])) == b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe\r\n"


def test_csv_is_written_as_rows_come() -> None:
    def rows() -> Iterator[list[str]]:
        yield ["a"]
        raise AssertionError("asked for a row before it was wanted")

    lines = csv_lines(["Name"], rows())
    assert [next(lines), next(lines)] == [b"\xef\xbb\xbfName\r\n", b"a\r\n"]


def test_csv_neutralises_headings_and_cells_but_not_numbers() -> None:
    stream = io.BytesIO()
    write_csv([["=1", -5, None, True, date(2024, 8, 1)]], ["@x", "b", "c", "d", "e"], stream)
    assert stream.getvalue().decode("utf-8-sig") == "'@x,b,c,d,e\r\n'=1,-5,,TRUE,2024-08-01\r\n"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=4,
    )
)
def test_an_exported_csv_is_read_back_word_for_word(rows: list[list[str]]) -> None:
    stream = io.BytesIO()
    write_csv([["x", *row] for row in rows], ["First", "Name", "Unit"], stream)
    read = [[restore(value) for value in row.values[1:]] for row in open_sheet(stream, "export.csv").rows]
    assert read == [[cell.replace("\ufeff", "") for cell in row] for row in rows]


def test_xlsx_holds_text_as_text_and_never_a_formula() -> None:
    sheet = _written([["=1+1", "#N/A", "-5", -5, "a\x00b\x0bc\ud800", date(2024, 8, 1)]], 6)
    cells = list(sheet[2])
    assert [cell.data_type for cell in cells] == ["s", "s", "s", "n", "s", "d"]
    assert [cell.value for cell in cells[:5]] == ["=1+1", "#N/A", "-5", -5, "abc"]
    assert cells[0].quotePrefix


def test_xlsx_keeps_what_a_workbook_cannot_hold_as_text() -> None:
    moment = datetime(2024, 8, 1, 12, tzinfo=UTC)
    cells = _written([[moment, date(1066, 10, 14), float("inf"), "x" * 40_000]], 4)[2]
    assert [cell.value for cell in cells[:3]] == ["2024-08-01 12:00:00+00:00", "1066-10-14", "inf"]
    assert len(cells[3].value) == 32_767


def test_xlsx_takes_any_title() -> None:
    stream = io.BytesIO()
    write_xlsx([], ["Name"], stream, title="Workflows: all [open]/tier 1 " + "x" * 40)
    assert len(load_workbook(stream).sheetnames[0]) <= 31


def _written(rows: Sequence[Sequence[object]], width: int) -> Any:
    stream = io.BytesIO()
    write_xlsx(rows, [f"c{number}" for number in range(width)], stream)
    return load_workbook(stream).active
