from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from registry.kernel.access.verdict import Refused
from registry.models import BusinessUnit, ChangeSet, Vendor, Workflow
from registry.services import importing, surfaces, workflows
from tests import people
from tests.registry_imports.making import NOW, applied, file_of, row, tried, workflow

pytestmark = pytest.mark.django_db


def undone(change_set: ChangeSet) -> ChangeSet:
    return importing.undo(change_set, by=people.risk(), at=NOW, reason="Wrong file")


def test_what_the_import_made_is_removed_and_its_history_stays(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1, unit="Claims", parent="Insurance", vendor="Acme"), row(2)))
    pk = workflow(1).pk
    assert undone(done).status == ChangeSet.Status.UNDONE
    assert not Workflow.objects.exists()
    assert (BusinessUnit.objects.count(), Vendor.objects.count()) == (0, 0)
    history = Workflow.history.filter(id=pk).order_by("history_id")
    assert [entry.history_type for entry in history] == ["+", "-"]
    assert "Wrong file" in history[1].history_change_reason
    assert done.rows.get(row_number=2).original["Name"] == "Workflow 1"


def test_what_the_import_changed_is_set_back(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1, unit="Claims")))
    later = applied(file_of(tmp_path, row(1, unit="Fraud", stage="In development"), name="later.csv"))
    undone(later)
    assert (str(workflow(1).business_unit), workflow(1).stage) == ("Claims", "PILOT")


def test_after_undoing_the_same_file_can_be_imported_again(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1, unit="Claims"))
    undone(applied(path))
    applied(path)
    assert str(workflow(1).business_unit) == "Claims"


def test_a_change_that_was_undone_does_not_count_as_the_last_import(tmp_path: Path) -> None:
    first, second = file_of(tmp_path, row(1)), file_of(tmp_path, row(1, stage="In development"), name="later.csv")
    applied(first)
    undone(applied(second))
    assert tried(second).counts["changed"] == 1


def test_a_workflow_that_something_hangs_on_is_named_and_nothing_is_undone(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1), row(2)))
    surfaces.add_surface(workflow(1), by=people.risk(), at=NOW, kind="PROMPT", name="Prompt", reason="Found")
    with pytest.raises(importing.UndoRefused) as caught:
        undone(done)
    (sentence,) = caught.value.sentences
    assert sentence == f"{workflow(1).reference} Workflow 1 has something attached to it: surface × 1."
    assert Workflow.objects.count() == 2


def test_a_made_workflow_that_people_edited_is_named_with_the_field(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1), row(2)))
    workflows.edit(workflow(2), by=people.risk(), at=NOW, reason="x", opened_version=None, topic="Mail")
    with pytest.raises(importing.UndoRefused, match="Workflow 2 was changed after the import: Topic"):
        undone(done)


def test_a_changed_workflow_that_moved_on_is_named_with_the_field(tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    later = applied(file_of(tmp_path, row(1, stage="In development"), name="later.csv"))
    workflows.edit(workflow(1), by=people.risk(), at=NOW, reason="x", opened_version=None, stage="RETIRED")
    with pytest.raises(importing.UndoRefused, match="Workflow 1 was changed after the import: Lifecycle stage"):
        undone(later)
    assert workflow(1).stage == "RETIRED"


def test_units_that_others_use_by_now_stay(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1, unit="Claims", parent="Insurance")))
    unit = BusinessUnit.objects.get(name="Claims")
    workflows.register(by=people.risk(), at=NOW, reason="New", name="Another", business_unit=unit)
    undone(done)
    assert set(BusinessUnit.objects.values_list("name", flat=True)) == {"Claims", "Insurance"}


def test_undoing_needs_a_reason_and_a_risk_person(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    with pytest.raises(ValidationError):
        importing.undo(done, by=people.risk(), at=NOW, reason=" ")
    with pytest.raises(Refused):
        importing.undo(done, by=people.auditor(), at=NOW, reason="Curious")
