from pathlib import Path

import pytest

from registry.kernel.http.errors import Conflict
from registry.models import AuditEntry, BusinessUnit, ChangeSet, ImportRow, Vendor, Workflow
from registry.services import importing, workflows
from registry.sheets import load_shipped
from tests import people
from tests.registry_imports.making import EXCERPT, NOW, applied, codes, file_of, row, tried, workflow

pytestmark = pytest.mark.django_db


def test_workflows_come_with_units_vendor_and_the_row_they_came_from(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, unit="Claims", parent="Insurance", vendor="Acme", live="3/4/2024")))
    made = workflow(1)
    assert str(made.business_unit) == "Claims"
    assert str(made.business_unit.parent) == "Insurance"  # type: ignore[union-attr]
    assert str(made.vendor) == "Acme"
    assert (made.stage, str(made.implemented_date)) == ("PILOT", "2024-03-04")
    assert made.import_rows.get().original["Live"] == "3/4/2024"


def test_units_and_vendors_are_made_once_however_they_are_cased(tmp_path: Path) -> None:
    rows = (
        row(1, unit="Claims", parent="Insurance", vendor="Acme"),
        row(2, unit="CLAIMS", parent="insurance", vendor="ACME"),
        row(3, unit="Insurance"),
        row(4, unit="Claims", parent="Bank"),
    )
    applied(file_of(tmp_path, *rows))
    units = sorted((str(unit.parent or ""), unit.name) for unit in BusinessUnit.objects.select_related("parent"))
    assert units == [("", "Bank"), ("", "Insurance"), ("Bank", "Claims"), ("Insurance", "Claims")]
    assert Vendor.objects.count() == 1


def test_history_says_who_why_and_that_it_was_an_import(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    entry = workflow(1).history.get()
    assert (entry.history_type, entry.history_user_id) == ("+", people.risk().pk)
    assert (entry.history_origin, entry.history_unit_id) == ("IMPORT", f"import-{done.pk}")
    assert "inventory.csv" in entry.history_change_reason


def test_while_there_is_an_error_nothing_is_applied(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1), row(2, name="")))
    with pytest.raises(Conflict, match="One error has to be put right"):
        importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert not Workflow.objects.exists()


def test_the_excerpt_becomes_two_hundred_workflows_with_addresses_of_their_own() -> None:
    applied(EXCERPT, load_shipped("federal-2024"))
    assert Workflow.objects.values("slug").distinct().count() == 200


def test_a_second_import_of_the_same_file_has_nothing_to_apply_and_leaves_no_history(tmp_path: Path) -> None:
    applied(EXCERPT, load_shipped("federal-2024"))
    trial = tried(EXCERPT, load_shipped("federal-2024"))
    assert (trial.counts["unchanged"], trial.counts["created"], trial.counts["changed"]) == (200, 0, 0)
    before = AuditEntry.objects.count()
    with pytest.raises(Conflict, match="nothing to apply"):
        importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert AuditEntry.objects.count() == before
    assert Workflow.history.count() == 200


def test_what_people_changed_here_is_kept_and_pointed_out(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    edit_purpose("Ours.")
    trial = tried(file_of(tmp_path, row(1, purpose="Theirs.", stage="In development"), name="later.csv"))
    assert (2, "KEPT_HERE") in codes(trial)
    importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert (workflow(1).purpose, workflow(1).stage) == ("Ours.", "DEVELOPMENT")


def test_a_file_takes_nothing_live_that_is_here_and_makes_up_no_approval(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1), row(2, stage="Production")))
    assert (workflow(2).stage, workflow(2).production_basis) == ("PRODUCTION", "ON_ENTRY")
    trial = tried(file_of(tmp_path, row(1, stage="Production", purpose="New."), row(2), name="later.csv"))
    assert (2, "GATE_NEEDED") in codes(trial)
    later = importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert (workflow(1).purpose, workflow(1).stage) == ("New.", "PILOT")
    assert (workflow(2).stage, workflow(2).production_basis) == ("PILOT", "")
    importing.undo(later, by=people.risk(), at=NOW, reason="Wrong file")
    assert (workflow(2).stage, workflow(2).production_basis) == ("PRODUCTION", "ON_ENTRY")


def test_what_people_changed_here_stays_pointed_out_when_the_file_did_not_change(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1))
    applied(path)
    edit_purpose("Ours.")
    trial = tried(path)
    assert trial.counts["unchanged"] == 1
    assert (2, "KEPT_HERE") in codes(trial)


def test_on_request_the_file_overwrites_what_people_changed_here(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    edit_purpose("Ours.")
    applied(file_of(tmp_path, row(1, purpose="Theirs."), name="later.csv"), take_file=True)
    assert workflow(1).purpose == "Theirs."


def test_fields_outside_the_mapping_are_left_alone(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    found = workflow(1)
    workflows.edit(found, by=people.risk(), at=NOW, reason="x", opened_version=None, topic="Mail", outputs="Labels")
    applied(file_of(tmp_path, row(1, stage="In development"), name="later.csv"))
    assert (workflow(1).topic, workflow(1).outputs) == ("Mail", "Labels")


def test_a_plan_that_became_stale_is_not_applied_but_tried_again(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1), row(2)))
    trial = tried(file_of(tmp_path, row(1, purpose="Theirs."), row(2, stage="In development"), name="later.csv"))
    edit_purpose("Ours.")
    with pytest.raises(importing.Drifted, match="Row 2: “Changed” when tried, “Unchanged” now") as caught:
        importing.apply(trial.change_set, by=people.risk(), at=NOW)
    assert [drift.number for drift in caught.value.rows] == [2]
    assert (workflow(1).purpose, workflow(2).stage) == ("Ours.", "PILOT")
    change_set = ChangeSet.objects.get(pk=trial.change_set.pk)
    assert (change_set.status, change_set.counts["changed"]) == ("TRIED", 1)


def test_an_import_is_applied_once(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    with pytest.raises(Conflict, match="already dealt with"):
        importing.apply(done, by=people.risk(), at=NOW)


def test_rows_tell_what_was_put_where(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, unit="Claims")))
    kept = ImportRow.objects.get()
    unit = BusinessUnit.objects.get()
    assert kept.workflow_reference == workflow(1).reference
    assert kept.after["business_unit"] == {"id": unit.pk, "label": "Claims"}


def edit_purpose(text: str) -> None:
    workflows.edit(workflow(1), by=people.risk(), at=NOW, reason="Known better", opened_version=None, purpose=text)
