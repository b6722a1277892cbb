"""Mappings are data: whatever is wrong with one is said before any row is read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.sheets import FIELDS, Severity, compile_mapping, load_shipped, open_sheet, shipped_mappings, suggest
from registry.sheets import validate_mapping as validate
from tests.sheets.making import EXCERPT, codes, csv_sheet, mapping, row

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
SPEC = st.dictionaries(
    st.sampled_from(["column", "columns", "combine", "parse", "values", "doubtful", "default", "blank", "over_long"]),
    JSON,
)


def test_a_sound_mapping_has_no_problems() -> None:
    assert validate(mapping(stage={"column": "Stage"}), ["Name", "Stage"]) == []


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"column": "Stag"}, "COLUMN_UNKNOWN"),
        ({"column": "Stage", "columns": ["Stage"]}, "COLUMN_UNCLEAR"),
        ({}, "COLUMN_UNCLEAR"),
        ({"columns": []}, "COLUMN_UNCLEAR"),
        ({"column": "Stage", "parse": "colour"}, "PARSE_UNKNOWN"),
        ({"column": "Stage", "parse": "date"}, "PARSE_UNSUITABLE"),
        ({"column": "Stage", "combine": "join"}, "COMBINE_UNSUITABLE"),
        ({"column": "Stage", "combine": "any"}, "COMBINE_UNSUITABLE"),
        ({"column": "Stage", "values": {"Live": "RUNNING"}}, "VALUE_UNKNOWN"),
        ({"column": "Stage", "default": "RUNNING"}, "VALUE_UNKNOWN"),
        ({"column": "Stage", "blank": "N/A"}, "MAPPING_SHAPE"),
        ("Stage", "MAPPING_SHAPE"),
    ],
)
def test_what_is_wrong_with_a_field_is_named(spec: Any, code: str) -> None:
    assert codes(validate(mapping(stage=spec), ["Name", "Stage"])) == [code]


def test_a_close_column_is_offered() -> None:
    message = validate(mapping(stage={"column": "Stage of Develoment"}), ["Name", "Stage of Development"])[0].message
    assert "Stage of Development" in message


def test_a_heading_that_occurs_twice_must_be_named_with_its_number() -> None:
    columns = csv_sheet("Name,Other,Other\na,b,c\n").columns
    problems = validate(mapping(topic={"column": "Other"}), columns)
    assert codes(problems) == ["COLUMN_UNKNOWN"]
    assert "Other (1)" in problems[0].message
    assert validate(mapping(topic={"column": "Other (2)"}), columns) == []


def test_the_name_and_the_key_are_required() -> None:
    found = validate({"name": "x", "columns": {"stage": {"column": "Stage"}}}, ["Stage"])
    assert set(codes(found)) == {"NAME_UNMAPPED", "KEY_MISSING"}


def test_an_unknown_field_is_named() -> None:
    assert codes(validate(mapping(colour={"column": "Name"}), ["Name"])) == ["FIELD_UNKNOWN"]


def test_one_column_for_two_fields_is_a_warning() -> None:
    problems = validate(mapping(purpose={"column": "Name"}), ["Name"])
    assert [(problem.code, problem.severity) for problem in problems] == [("COLUMN_SHARED", Severity.WARNING)]


def test_every_shipped_mapping_is_sound_but_for_the_columns_of_its_file() -> None:
    for name in shipped_mappings():
        shipped = load_shipped(name)
        named = {column for spec in shipped["columns"].values() for column in spec.get("columns", [spec.get("column")])}
        assert validate(shipped, named | set(shipped["key"])) == []
        assert shipped["name"] == name


def test_the_shipped_federal_mapping_fits_its_file() -> None:
    assert validate(load_shipped("federal-2024"), open_sheet(EXCERPT).columns) == []


def test_an_unknown_shipped_mapping_is_not_looked_for_elsewhere() -> None:
    with pytest.raises(LookupError):
        load_shipped("../../../etc/passwd")


def test_a_guess_at_the_real_file_finds_its_columns() -> None:
    sheet = open_sheet(EXCERPT)
    guess = suggest(sheet.columns, sheet.rows)
    found = {field: spec["column"] for field, spec in guess["columns"].items()}
    shipped = load_shipped("federal-2024")["columns"]
    alike = [
        field
        for field in found
        if field in shipped and found[field] in (shipped[field].get("columns") or [shipped[field]["column"]])
    ]
    assert {"name", "purpose", "outputs", "business_unit", "parent_unit", "stage", "initiated_date", "topic"} <= set(
        alike
    )
    assert not {"vendor", "business_owner_email", "technical_owner_email"} & set(found)
    assert guess["dates"] == {"order": "MDY"}
    assert validate(guess, sheet.columns) == []


def test_a_guess_prefers_a_column_of_identifiers_as_the_key() -> None:
    guess = suggest(["ID", "Workflow", "Department", "Owner email"])
    assert guess["key"] == ["ID"]
    assert guess["columns"]["business_owner_email"]["column"] == "Owner email"


def test_a_guess_does_not_claim_an_order_of_dates_the_rows_do_not_prove() -> None:
    assert "dates" not in suggest(["Name", "Retired"], [row(Name="a", Retired="3/4/2024")])


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12, unique=True))
def test_a_guess_names_only_columns_there_are(columns: list[str]) -> None:
    guess = suggest(columns)
    assert {spec["column"] for spec in guess["columns"].values()} <= set(columns)


@settings(deadline=None)
@given(
    JSON
    | st.fixed_dictionaries(
        {"name": JSON, "key": JSON, "dates": JSON, "columns": st.dictionaries(st.sampled_from([*FIELDS, "x"]), SPEC)}
    )
)
def test_any_data_is_judged_without_a_fault_and_what_passes_compiles(data: Any) -> None:
    problems = validate(data, ["Name", "Stage"])
    if not any(problem.severity is Severity.ERROR for problem in problems):
        compile_mapping(data)
