"""From a row to values, with a sentence for everything that did not fit."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sheets import ParsedRow, Row, Severity, compile_mapping, near_duplicates, parse_row, parse_sheet
from tests.sheets.making import codes, csv_sheet, mapping, row


def parsed(data: dict[str, Any], **cells: str) -> ParsedRow:
    return parse_row(row(**{"Name": "Triage", **cells}), compile_mapping(data))


@pytest.mark.parametrize("answer", ["Yes", "YES", " yes ", "Yes.", "y", "\xa0yes\n"])
def test_an_answer_spelled_differently_is_the_same_answer(answer: str) -> None:
    result = parsed(mapping(uses_personal_data={"column": "PII"}), PII=answer)
    assert result.values["uses_personal_data"] == "YES"
    assert result.problems == ()


@pytest.mark.parametrize("answer", ["", " ", "N/A", "n/a", "\xa0", "-", "NA"])
def test_an_answer_that_says_nothing_is_unknown(answer: str) -> None:
    result = parsed(mapping(uses_personal_data={"column": "PII"}), PII=answer)
    assert (result.values["uses_personal_data"], result.problems) == ("UNKNOWN", ())


def test_an_answer_nobody_foresaw_is_quoted_and_kept() -> None:
    result = parsed(mapping(stage={"column": "Stage"}), Stage="Half way")
    (problem,) = result.problems
    assert (problem.row, problem.column, problem.code, problem.value) == (2, "Stage", "ANSWER_UNKNOWN", "Half way")
    assert "Half way" in problem.message


def test_a_blank_stage_is_recorded_with_a_warning() -> None:
    result = parsed(mapping(stage={"column": "Stage", "default": "PILOT"}), Stage="")
    assert result.values["stage"] == "PILOT"
    assert codes(result.problems) == ["ANSWER_BLANK"]


def test_a_doubtful_answer_is_taken_with_a_warning() -> None:
    spec = {"column": "Stage", "values": {"In mission": "PRODUCTION"}, "doubtful": ["in mission"]}
    result = parsed(mapping(stage=spec), Stage="In Mission")
    assert result.values["stage"] == "PRODUCTION"
    assert codes(result.problems) == ["ANSWER_DOUBTFUL"]


@pytest.mark.parametrize("name", ["", "  ", "N/A", "—"])
def test_a_blank_name_is_an_error(name: str) -> None:
    result = parsed(mapping(), Name=name)
    assert codes(result.problems) == ["NAME_BLANK"]
    assert not result.is_importable


def test_a_name_that_is_too_long_is_an_error_unless_the_mapping_says_shorten() -> None:
    refused = parsed(mapping(), Name="x" * 301)
    assert [(problem.code, problem.severity) for problem in refused.problems] == [("TEXT_TOO_LONG", Severity.ERROR)]
    data = mapping()
    data["columns"]["name"]["over_long"] = "shorten"
    shortened = parsed(data, Name="x" * 301)
    assert len(str(shortened.values["name"])) == 300
    assert [(problem.code, problem.value) for problem in shortened.problems] == [("TEXT_SHORTENED", "x" * 301)]


def test_the_first_column_that_says_something_wins() -> None:
    data = mapping(business_unit={"columns": ["Bureau", "Agency"], "combine": "first"})
    assert parsed(data, Bureau="N/A", Agency="Labor").values["business_unit"] == "Labor"


def test_joined_columns_become_paragraphs() -> None:
    data = mapping(purpose={"columns": ["Why", "What"], "combine": "join"})
    assert parsed(data, Why="To route.", What="Routes.").values["purpose"] == "To route.\n\nRoutes."


@pytest.mark.parametrize(
    ("one", "two", "meant"),
    [("Yes", "No", "YES"), ("", "Yes", "YES"), ("No", "No", "NO"), ("No", "", "UNKNOWN"), ("", "", "UNKNOWN")],
)
def test_no_needs_every_column_and_yes_only_one(one: str, two: str, meant: str) -> None:
    data = mapping(is_public_facing={"columns": ["One", "Two"], "combine": "any"})
    assert parsed(data, One=one, Two=two).values["is_public_facing"] == meant


@pytest.mark.parametrize("text", ['["Age","Income"]', "Age, Income", "Age; Income\nAge"])
def test_tags_are_read_from_lists_of_either_kind(text: str) -> None:
    assert parsed(mapping(topic={"column": "Tags", "parse": "tags"}), Tags=text).values["topic"] == "Age; Income"


def test_an_address_is_read_and_what_is_none_is_reported() -> None:
    data = mapping(business_owner_email={"column": "Owner"})
    assert parsed(data, Owner="Kim Lee <Kim.Lee@example.org>").values["business_owner_email"] == "kim.lee@example.org"
    assert codes(parsed(data, Owner="Kim Lee").problems) == ["EMAIL_UNREADABLE"]


def test_a_date_that_cannot_be_read_keeps_its_text_in_the_problem() -> None:
    result = parsed(mapping(retired_date={"column": "Retired"}), Retired="10/12023")
    assert result.values["retired_date"] is None
    assert [(problem.code, problem.value) for problem in result.problems] == [("DATE_UNREADABLE", "10/12023")]


def test_a_workflow_retired_before_it_was_implemented_is_questioned() -> None:
    data = mapping(implemented_date={"column": "Live"}, retired_date={"column": "Gone"})
    result = parsed(data, Live="2024-05-01", Gone="2023-05-01")
    assert codes(result.problems) == ["DATES_OUT_OF_ORDER"]
    assert result.values["retired_date"] == date(2023, 5, 1)


def test_a_bare_year_is_not_held_against_a_day_in_it() -> None:
    data = mapping(implemented_date={"column": "Live"}, retired_date={"column": "Gone"})
    assert codes(parsed(data, Live="2024-05-01", Gone="2024").problems) == ["DATE_APPROXIMATE"]


def test_a_unit_is_not_its_own_parent() -> None:
    data = mapping(business_unit={"columns": ["Bureau", "Agency"]}, parent_unit={"column": "Agency"})
    result = parsed(data, Bureau="", Agency="Labor")
    assert (result.values["business_unit"], result.values["parent_unit"]) == ("Labor", None)


def test_the_key_ignores_case_spacing_and_punctuation_and_nothing_else() -> None:
    keys = [
        parsed(mapping(), Name=name).key for name in ("Claims Triage", " claims  triage.", "Claims-Triage", "Claims")
    ]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_rows_with_one_key_are_told_apart_the_same_way_each_time() -> None:
    sheet = csv_sheet("Name,Purpose\nTriage,a\nTriage,b\ntriage,a\n")
    first, second = (parse_sheet(sheet, mapping()) for _ in range(2))
    assert [row.key for row in first.rows] == [row.key for row in second.rows]
    assert len({row.key for row in first.rows}) == 3


def test_correcting_a_cell_outside_the_key_leaves_every_key_as_it_was() -> None:
    before = parse_sheet(csv_sheet("Name,Purpose\nTriage,a\nTriage,b\n"), mapping())
    after = parse_sheet(csv_sheet("Name,Purpose\nTriage,a\nTriage,corrected\n"), mapping())
    assert [row.key for row in before.rows] == [row.key for row in after.rows]


def test_a_row_repeated_word_for_word_is_named_as_such() -> None:
    result = parse_sheet(csv_sheet("Name,Purpose\nTriage,a\nRouting,b\nTriage,a\n"), mapping())
    assert [(problem.row, problem.code) for problem in result.problems] == [(2, "NAME_REPEATED"), (4, "ROW_REPEATED")]
    assert "row 2" in result.problems[1].message


def test_near_duplicates_name_each_other_within_a_unit_only() -> None:
    data = mapping(business_unit={"column": "Unit"}) | {"key": ["Id"]}
    sheet = csv_sheet("Id,Name,Unit\n1,Claims Triage,A\n2,claims triage.,A\n3,Claims triage,B\n")
    problems = near_duplicates(parse_sheet(sheet, data).rows)
    assert [(problem.row, problem.column) for problem in problems] == [(2, "Name"), (3, "Name")]
    assert "row 3" in problems[0].message


def test_the_original_row_is_kept_whole() -> None:
    assert parsed(mapping(), Other="  as it was ").cells == {"Name": "Triage", "Other": "  as it was "}


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=8, max_size=8))
def test_any_row_gives_a_value_for_every_field_and_problems_that_can_be_read(texts: list[str]) -> None:
    columns = ("Name", "Unit", "Stage", "Live", "Gone", "PII", "Owner", "Tags")
    data = mapping(
        business_unit={"column": "Unit"},
        stage={"column": "Stage"},
        implemented_date={"column": "Live"},
        retired_date={"column": "Gone"},
        uses_personal_data={"column": "PII"},
        business_owner_email={"column": "Owner"},
        topic={"column": "Tags", "parse": "tags"},
    )
    result = parse_row(Row(2, 2, columns, tuple(texts)), compile_mapping(data))
    assert set(result.values) == set(data["columns"])
    assert result.is_importable == bool(result.values["name"])
    assert all(problem.message and problem.row == 2 and problem.column in columns for problem in result.problems)
