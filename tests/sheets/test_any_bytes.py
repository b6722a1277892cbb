"""Whatever is sent, the answer is a sheet or a refusal in words."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sheets import SheetRefused, open_sheet, parse_sheet, suggest
from tests.sheets.making import EXCERPT, xlsx_bytes

WORKBOOK = xlsx_bytes([["Name", "Stage"], ["Triage", "Pilot"], ["Routing", "=1"]])
REAL = EXCERPT.read_bytes()
CSVISH = st.lists(
    st.sampled_from([b"Name", b"a", b",", b";", b"\t", b'"', b"\n", b"\r", b"\x00", b"\xe9", b"\xc3\xa9", b"="]),
    max_size=60,
)


def _answer(data: bytes, name: str) -> None:
    refusal = ""
    try:
        sheet = open_sheet(io.BytesIO(data), name)
    except SheetRefused as caught:
        refusal = str(caught)
    if refusal:
        assert refusal.endswith(".")
        return
    assert len(set(sheet.columns)) == len(sheet.columns)
    assert all(len(row.values) == len(sheet.columns) for row in sheet.rows)
    guess = suggest(sheet.columns, sheet.rows)
    if "name" in guess["columns"] and guess["key"]:
        parse_sheet(sheet, guess)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_end_in_a_fault(data: bytes) -> None:
    _answer(data, "inventory.csv")


@settings(deadline=None)
@given(CSVISH)
def test_broken_csv_never_ends_in_a_fault(parts: list[bytes]) -> None:
    _answer(b"".join(parts), "inventory.csv")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_workbook_never_ends_in_a_fault(place: int, byte: int, cut: bool) -> None:
    damaged = WORKBOOK[:place] if cut else WORKBOOK[:place] + bytes([byte]) + WORKBOOK[place + 1 :]
    _answer(damaged, "inventory.xlsx")


@settings(max_examples=15, deadline=None)
@given(st.integers(1, len(REAL)))
def test_the_real_file_cut_anywhere_never_ends_in_a_fault(length: int) -> None:
    _answer(REAL[:length], "inventory.csv")
