"""Columns of a file that fill custom fields: tried, applied and undone like all others."""

from pathlib import Path
from typing import Any

import pytest

from registry.models import User
from registry.services import custom_fields, importing
from registry.sheets import open_sheet, validate_mapping
from tests import people
from tests.registry_imports.making import MAPPING, NOW, applied, file_of, row, tried, workflow

pytestmark = pytest.mark.django_db
OWN = {
    **MAPPING,
    "columns": {
        "name": {"column": "Name"},
        "field.cost": {"column": "Purpose"},
        "field.region": {"column": "Stage"},
        "field.boss": {"column": "Owner"},
        "field.ends": {"column": "Live"},
    },
}


@pytest.fixture
def boss() -> User:
    said: dict[str, Any] = {"by": people.risk(), "at": NOW, "reason": "Asked"}
    custom_fields.define(name="Cost", kind="NUMBER", **said)
    custom_fields.define(name="Region", kind="CHOICE", choices=["North", "South"], **said)
    custom_fields.define(name="Boss", kind="PERSON", **said)
    custom_fields.define(name="Ends", kind="DATE", **said)
    return people.owner("Ada Boss")


def test_custom_fields_come_in_and_go_back(tmp_path: Path, boss: User) -> None:
    first = applied(
        file_of(tmp_path, row(1, purpose="1200.5", stage="north", owner=boss.email, live="2 March 2027")), OWN
    )
    assert workflow(1).custom == {
        "cost": 1200.5, "region": "North", "boss": {"person": boss.pk}, "ends": "2027-03-02"
    }  # fmt: skip
    later = applied(file_of(tmp_path, row(1, purpose="9", stage="South"), name="b.csv"), OWN)
    assert workflow(1).custom == {"cost": 9, "region": "South"}
    importing.undo(later, by=people.risk(), at=NOW, reason="Wrong")
    assert workflow(1).custom["boss"] == {"person": boss.pk}
    assert first.rows.get().after["field.cost"] == 1200.5


def test_what_a_field_does_not_take_is_named_by_row_and_column_and_left_as_it_is(tmp_path: Path, boss: User) -> None:
    trial = tried(file_of(tmp_path, row(1, purpose="lots", stage="=1+1", owner="nobody@example.test")), OWN)
    problems = [(p.row, p.column, p.code) for p in trial.plan.all_problems()]
    assert problems == [
        (2, "Purpose", "OWN_UNREADABLE"),
        (2, "Stage", "OWN_UNREADABLE"),
        (2, "Owner", "OWN_UNREADABLE"),
    ]


def test_two_fields_cannot_be_filled_from_names_that_are_none(tmp_path: Path) -> None:
    sheet = open_sheet(file_of(tmp_path, row(1)), "a.csv")
    wrong = {**OWN, "columns": {**MAPPING["columns"], "field.Robert'); DROP": {"column": "Stage"}}}
    assert [p.code for p in validate_mapping(wrong, sheet.columns) if p.code == "FIELD_UNKNOWN"]
