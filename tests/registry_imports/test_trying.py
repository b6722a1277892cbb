from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from registry.models import BusinessUnit, Workflow
from registry.services import importing
from tests import people
from tests.registry_imports.making import MAPPING, NOW, applied, codes, file_of, row, tried, workflow

pytestmark = pytest.mark.django_db


def test_a_trial_changes_nothing_in_the_register(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, unit="Claims"), row(2)))
    assert trial.counts["created"] == 2
    assert (Workflow.objects.count(), BusinessUnit.objects.count()) == (0, 0)


def test_changes_are_said_field_by_field_old_and_new(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1), row(2)))
    trial = tried(file_of(tmp_path, row(1, stage="In development", unit="Claims"), row(2), name="later.csv"))
    changed = trial.change_set.rows.get(outcome="CHANGED")
    assert changed.before == {"stage": "PILOT", "business_unit": None}
    assert changed.after == {"stage": "DEVELOPMENT", "business_unit": {"id": None, "label": "Claims"}}
    assert trial.counts["unchanged"] == 1


def test_a_row_with_an_error_is_skipped_and_says_where_and_why(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, name=""), row(2)))
    (problem,) = trial.change_set.rows.get(outcome="SKIPPED").problems
    assert (problem["row"], problem["column"], problem["message"]) == (2, "Name", "The name is blank.")


def test_a_row_that_breaks_off_is_among_the_skipped(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1), row(2))
    path.write_text(path.read_text().rstrip("\r\n,")[:-8], encoding="utf-8")
    trial = tried(path)
    assert (3, "ROW_CUT_OFF") in codes(trial)
    assert trial.change_set.rows.get(row_number=3).outcome == "SKIPPED"


def test_an_address_becomes_an_owner_only_if_the_person_is_active_here(tmp_path: Path) -> None:
    owner = people.owner()
    gone = people.owner("Gone Girl")
    gone.is_active = False
    gone.save()
    rows = (row(1, owner=owner.email.upper()), row(2, owner=gone.email), row(3, owner="nobody@example.test"))
    trial = tried(file_of(tmp_path, *rows))
    assert [code for code in codes(trial) if code[1] == "OWNER_UNKNOWN"] == [(3, "OWNER_UNKNOWN"), (4, "OWNER_UNKNOWN")]
    importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert workflow(1).business_owner == owner
    assert workflow(2).business_owner is None


def test_an_owner_nobody_knows_does_not_unseat_the_one_who_is_there(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, owner=people.owner().email)))
    trial = tried(file_of(tmp_path, row(1, owner="nobody@example.test"), name="later.csv"))
    assert trial.counts["unchanged"] == 1


def test_a_name_the_register_has_in_the_same_unit_is_pointed_out(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, unit="Claims")))
    other = {**MAPPING, "name": "other"}
    trial = tried(file_of(tmp_path, row(9, name="workflow 1", unit="Claims"), name="other.csv"), other)
    assert (2, "NAMESAKE") in codes(trial)


def test_retired_before_it_was_put_to_use_leaves_the_retirement_out(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, live="5/1/2024", retired="1/1/2023")))
    assert (2, "DATE_LEFT_OUT") in codes(trial)
    importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert workflow(1).retired_date is None


def test_a_cell_that_looks_like_a_formula_is_taken_as_text(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, purpose="=HYPERLINK(1)")))
    assert workflow(1).purpose == "=HYPERLINK(1)"


def test_a_mapping_that_does_not_suit_the_file_is_refused_in_words(tmp_path: Path) -> None:
    unsuitable = {**MAPPING, "columns": {"name": {"column": "Title"}}}
    with pytest.raises(ValidationError, match="no column “Title”"):
        tried(file_of(tmp_path, row(1)), unsuitable)


def test_every_problem_is_counted_by_kind(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, *(row(number, owner="nobody@example.test") for number in range(300))))
    (kind,) = trial.counts["kinds"]
    assert kind == {"severity": "WARNING", "code": "OWNER_UNKNOWN", "count": 300}
    assert trial.change_set.rows.exclude(problems=[]).count() == 300
