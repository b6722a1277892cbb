"""Dates the way people type them into inventories."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sheets import Order
from registry.sheets.dates import read_date


@pytest.mark.parametrize(
    "text",
    [
        "8/1/2024",
        "08/01/2024",
        "8/1/24",
        "2024-08-01",
        "2024/8/1",
        "2024-08-01T00:00:00Z",
        "1 August 2024",
        "Aug 1, 2024",
        "August 1st 2024",
        "01-Aug-2024",
        "01.08.2024",
        " 8/1/2024 ",
    ],
)
def test_a_day_is_read_however_it_is_spelled(text: str) -> None:
    reading = read_date(text, order=Order.MONTH_FIRST)
    assert (reading.day, reading.code) == (date(2024, 8, 1), "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023", date(2023, 1, 1)),
        ("Q3 2022", date(2022, 7, 1)),
        ("2022 Q3", date(2022, 7, 1)),
        ("Fall 2021", date(2021, 9, 1)),
        ("August 2024", date(2024, 8, 1)),
        ("24-Aug", date(2024, 8, 1)),
        ("2022-08", date(2022, 8, 1)),
        ("8/2022", date(2022, 8, 1)),
        ("circa 2019", date(2019, 1, 1)),
        ("Q4FY25", date(2025, 7, 1)),
        ("FY2025", date(2024, 10, 1)),
    ],
)
def test_less_than_a_day_becomes_its_first_day_and_says_so(text: str, day: date) -> None:
    reading = read_date(text, order=Order.MONTH_FIRST, fiscal_start=10)
    assert (reading.day, reading.code) == (day, "DATE_APPROXIMATE")


def test_a_year_that_a_spreadsheet_turned_into_a_day_of_1905_is_turned_back() -> None:
    reading = read_date("7/16/1905", order=Order.MONTH_FIRST)
    assert (reading.day, reading.code) == (date(2024, 1, 1), "DATE_YEAR_AS_DAY")


def test_a_serial_number_is_read_as_the_day_it_stands_for() -> None:
    assert read_date("45505").day == date(2024, 8, 1)


def test_a_date_with_words_after_it_keeps_the_date() -> None:
    reading = read_date("2022-11-16 (first formal action)")
    assert (reading.day, reading.code) == (date(2022, 11, 16), "DATE_WITH_COMMENT")


def test_without_a_known_order_an_ambiguous_date_is_not_guessed() -> None:
    assert (read_date("3/4/2024").day, read_date("3/4/2024").code) == (None, "DATE_AMBIGUOUS")
    assert read_date("3/4/2024", order=Order.DAY_FIRST).day == date(2024, 4, 3)
    assert read_date("25/4/2024").day == date(2024, 4, 25)


def test_a_date_in_the_other_order_than_the_file_is_read_with_a_warning() -> None:
    reading = read_date("25/4/2024", order=Order.MONTH_FIRST)
    assert (reading.day, reading.code) == (date(2024, 4, 25), "DATE_OTHER_ORDER")


@pytest.mark.parametrize("text", ["1/1/1900", "5/5/2090", "0001-01-01"])
def test_a_year_that_cannot_be_right_is_not_recorded(text: str) -> None:
    reading = read_date(text, order=Order.MONTH_FIRST)
    assert (reading.day, reading.code) == (None, "DATE_IMPOSSIBLE")


@pytest.mark.parametrize(
    "text", ["10/12023", "2015-2022", "Pre-2021", "TODO", "2024-02-30", "Q3", "Marble 2024", "FY25"]
)
def test_what_names_no_day_is_said_to(text: str) -> None:
    reading = read_date(text, order=Order.MONTH_FIRST)
    assert (reading.day, reading.code) == (None, "DATE_UNREADABLE")


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9QFYa-c/.\- ]{1,14}", fullmatch=True))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    reading = read_date(text, order=Order.MONTH_FIRST, fiscal_start=10)
    assert reading.day is None or 1950 <= reading.day.year <= 2049
    assert bool(reading.code) == bool(reading.note)


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_a_day_written_in_any_plain_way_comes_back(day: date) -> None:
    assert read_date(day.isoformat()).day == day
    assert read_date(f"{day:%m/%d/%Y}", order=Order.MONTH_FIRST).day == day
    assert read_date(f"{day:%d.%m.%Y}").day == day
