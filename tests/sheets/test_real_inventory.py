"""Two hundred of the nastiest rows of a real inventory, through the mapping that is shipped for it."""

import time
from collections import Counter
from datetime import date

import pytest

from registry.sheets import ParsedSheet, Severity, compile_mapping, load_shipped, open_sheet, parse_row, parse_sheet
from tests.sheets.making import EXCERPT


@pytest.fixture(scope="module")
def inventory() -> ParsedSheet:
    return parse_sheet(open_sheet(EXCERPT), load_shipped("federal-2024"))


def test_no_row_is_turned_away(inventory: ParsedSheet) -> None:
    assert len(inventory.rows) == 200
    assert all(row.is_importable for row in inventory.rows)
    assert not [problem for problem in inventory.problems if problem.severity is Severity.ERROR]


def test_every_row_has_a_key_of_its_own(inventory: ParsedSheet) -> None:
    assert len({row.key for row in inventory.rows}) == 200


def test_every_spelling_of_a_stage_is_understood(inventory: ParsedSheet) -> None:
    meant = {row.cells["Stage of Development"]: row.values["stage"] for row in inventory.rows}
    assert meant == {
        "": "PROPOSED",
        "Initiated": "PROPOSED",
        "Planned": "PROPOSED",
        "Ideation": "PROPOSED",
        "Acquisition and/or Development": "DEVELOPMENT",
        "Implementation and Assessment": "PILOT",
        "Operation and Maintenance": "PRODUCTION",
        "In production": "PRODUCTION",
        "In mission": "PRODUCTION",
        "Research or  Administrative Action Complete": "RETIRED",
        "Retired": "RETIRED",
    }


def test_no_blank_is_recorded_as_text(inventory: ParsedSheet) -> None:
    texts = {value for row in inventory.rows for value in row.values.values() if isinstance(value, str)}
    assert not texts & {"", " ", "N/A", "NA", "n/a", "\xa0", "-", "Not Reported"}


def test_every_date_cell_is_recorded_blank_or_reported(inventory: ParsedSheet) -> None:
    columns = {
        "initiated_date": "Date Initiated",
        "developed_date": "Date when Acquisition and/or Development began",
        "implemented_date": "Date Implemented",
        "retired_date": "Date Retired",
    }
    for row in inventory.rows:
        reported = {problem.column for problem in row.problems}
        for field, column in columns.items():
            blank = row.cells[column].strip() in ("", "N/A", "NA")
            assert blank or column in reported or isinstance(row.values[field], date)


def test_several_lines_and_typographic_characters_survive(inventory: ParsedSheet) -> None:
    texts = "".join(str(row.values["purpose"]) + str(row.values["outputs"]) for row in inventory.rows)
    assert {"\n", "’", "“", "•", "\xa0"} <= set(texts)
    assert "\r" not in texts


def test_rows_repeated_word_for_word_are_found(inventory: ParsedSheet) -> None:
    assert Counter(problem.code for problem in inventory.problems)["ROW_REPEATED"] == 3


def test_a_full_inventory_is_parsed_in_three_seconds() -> None:
    started = time.monotonic()
    sheet, mapping = open_sheet(EXCERPT), compile_mapping(load_shipped("federal-2024"))
    for _ in range(11):
        for row in sheet.rows:
            parse_row(row, mapping)
    assert time.monotonic() - started < 3
