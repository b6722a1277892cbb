"""Registering and editing a workflow."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Stale
from registry.models import AuditEntry, User, Workflow
from registry.services import workflows
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


def edit(workflow: Workflow, by: User, opened_version: int | None = None, **fields: Any) -> Workflow:
    return workflows.edit(
        workflow,
        by=by,
        at=timezone.now(),
        reason="Put right",
        opened_version=opened_version,
        **fields,
    )


def test_an_owner_who_registers_becomes_the_business_owner() -> None:
    made = making.workflow(by=people.owner(), business_owner=None, stage="PILOT")
    assert made.business_owner == people.owner()


def test_an_owner_cannot_register_in_another_name() -> None:
    with pytest.raises(Refused, match="Only risk staff change who owns"):
        making.workflow(by=people.owner(), business_owner=people.owner("Olga Owner"), stage="PILOT")


def test_a_member_cannot_register() -> None:
    with pytest.raises(Refused):
        making.workflow(by=people.member())


def test_two_workflows_of_one_name_have_two_addresses() -> None:
    assert making.workflow().slug != making.workflow().slug


def test_a_name_without_letters_still_has_an_address() -> None:
    assert making.workflow(name="???").slug == "workflow"


def test_the_reason_and_the_person_stand_in_the_history() -> None:
    made = making.workflow()
    row = AuditEntry.objects.get(object_type="registry.workflow", object_id=str(made.pk))
    assert (row.reason, row.actor_id, row.kind) == ("New in the register", people.risk().pk, "+")


def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    made = making.workflow()
    saved = edit(made, people.risk(), name=made.name)
    assert saved.version == 1
    assert AuditEntry.objects.filter(object_type="registry.workflow").count() == 1


def test_an_owner_edits_their_own_workflow_and_no_other() -> None:
    made = making.workflow()
    assert edit(made, people.owner(), purpose="Sorts claims").purpose == "Sorts claims"
    with pytest.raises(Refused, match="not an owner of this workflow"):
        edit(made, people.owner("Olga Owner"), purpose="Something else")


def test_an_owner_cannot_hand_the_workflow_on() -> None:
    made = making.workflow()
    with pytest.raises(Refused, match="Only risk staff change who owns"):
        edit(made, people.owner(), business_owner=people.owner("Olga Owner"))
    made.refresh_from_db()
    assert made.business_owner == people.owner()


def test_somebody_who_left_cannot_become_owner() -> None:
    gone = people.owner("Gone Owner")
    gone.is_active = False
    gone.save()
    with pytest.raises(ValidationError, match="has left"):
        edit(making.workflow(), people.risk(), deputy=gone)


def test_a_stale_edit_is_refused_with_both_versions() -> None:
    made = making.workflow()
    edit(made, people.risk(), opened_version=1, purpose="Theirs")
    with pytest.raises(Stale) as refused:
        edit(made, people.owner(), opened_version=1, purpose="Mine")
    assert refused.value.differences == {"Purpose": ("Theirs", "Mine")}
    made.refresh_from_db()
    assert made.purpose == "Theirs"


def test_the_same_edit_sent_twice_is_no_conflict() -> None:
    made = making.workflow()
    edit(made, people.risk(), opened_version=1, purpose="Sorts claims")
    again = edit(made, people.risk(), opened_version=1, purpose="Sorts claims")
    assert again.version == 2


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"initiated_date": date(2024, 5, 1), "implemented_date": date(2024, 4, 1)}, "implemented_date"),
        ({"implemented_date": date(2024, 5, 1), "retired_date": date(2023, 1, 1)}, "retired_date"),
        ({"initiated_date": date(1, 1, 1)}, "initiated_date"),
        ({"implemented_date": date(9024, 1, 1)}, "implemented_date"),
        ({"next_review_date": date(202, 6, 1)}, "next_review_date"),
    ],
)
def test_impossible_dates_are_refused_by_field(dates: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        making.workflow(**dates)
    assert list(refused.value.error_dict) == [field]
    assert not Workflow.objects.exists()


def test_an_edit_is_checked_against_the_dates_it_leaves_alone() -> None:
    made = making.workflow(initiated_date=date(2024, 5, 1))
    with pytest.raises(ValidationError, match="before the date under"):
        edit(made, people.risk(), implemented_date=date(2024, 4, 1))


def test_old_dates_in_the_wrong_order_do_not_block_another_edit() -> None:
    made = making.workflow(initiated_date=date(2024, 5, 1))
    made.developed_date = date(2020, 1, 1)
    made.save()
    assert edit(made, people.risk(), purpose="Sorts claims").version == 2
