"""Containment options: prepared, edited, proven, and who may use them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Stale
from registry.models import AuditEntry, ContainmentOption, Workflow
from registry.policies.containment import may_execute
from registry.services import containment
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def edit(option: ContainmentOption, opened_version: int | None = None, **fields: object) -> ContainmentOption:
    return containment.edit_option(
        option, by=people.risk(), at=timezone.now(), reason="Better", opened_version=opened_version, **fields
    )


def test_options_stand_in_graduated_order(workflow: Workflow) -> None:
    making.option(workflow)
    making.option(workflow, kind="NARROW_SCOPE", name="Small claims only")
    making.option(workflow, kind="NARROW_SCOPE", name="Old way", is_active=False)
    names = [option.name for option in containment.in_order(workflow.containment_options.all())]
    assert names == ["Small claims only", "Stop everything", "Old way"]


def test_an_option_nobody_may_execute_is_refused(workflow: Workflow) -> None:
    with pytest.raises(ValidationError) as refused:
        making.option(workflow, executors=[])
    assert list(refused.value.error_dict) == ["executors"]


def test_the_role_or_the_name_allows_executing_and_nothing_else_does(workflow: Workflow) -> None:
    named = people.member("Nora Named")
    option = making.option(workflow, named_executors=[named])
    assert may_execute(people.responder(), option)
    assert may_execute(named, option)
    assert not may_execute(people.member(), option)
    assert not may_execute(people.owner(), option)


def test_the_owner_role_means_the_owners_of_this_workflow(workflow: Workflow) -> None:
    option = making.option(workflow, executors=["OWNER"])
    assert may_execute(people.owner(), option)
    assert not may_execute(people.owner("Olga Owner"), option)


def test_whoever_only_audits_executes_nothing_even_when_named(workflow: Workflow) -> None:
    option = making.option(workflow, named_executors=[people.auditor()])
    assert not may_execute(people.auditor(), option)


def test_a_person_who_left_executes_nothing(workflow: Workflow) -> None:
    named = people.responder("Gone Responder")
    option = making.option(workflow, named_executors=[named])
    named.is_active = False
    assert not may_execute(named, option)


def test_naming_people_is_an_edit_with_a_history_of_its_own(workflow: Workflow) -> None:
    first, second = people.member("Nora Named"), people.member("Nils Named")
    option = making.option(workflow, named_executors=[first])
    saved = edit(option, named_executors=[second])
    assert list(saved.named_executors.all()) == [second]
    assert saved.version == 2
    kinds = AuditEntry.objects.filter(object_type="registry.containmentexecutor").order_by("id")
    assert [row.kind for row in kinds] == ["+", "-", "+"]


def test_a_stale_edit_is_refused_even_when_only_the_people_differ(workflow: Workflow) -> None:
    option = making.option(workflow)
    edit(option, opened_version=1, expected_minutes=9)
    with pytest.raises(Stale):
        edit(option, opened_version=1, named_executors=[people.member("Nora Named")])


def test_a_proof_ages(workflow: Workflow) -> None:
    now = timezone.now()
    proven = containment.prove(making.option(workflow), by=people.responder(), at=now, how="Drill", minutes=4)
    assert not proven.is_proof_stale(now + timedelta(days=180))
    assert proven.is_proof_stale(now + timedelta(days=181))


@pytest.mark.parametrize("days", [1, -30])
def test_a_proof_is_neither_in_the_future_nor_older_than_the_last(workflow: Workflow, days: int) -> None:
    now = timezone.now()
    option = containment.prove(making.option(workflow), by=people.risk(), at=now, how="Drill", minutes=4)
    with pytest.raises(ValidationError) as refused:
        containment.prove(
            option, by=people.risk(), at=now, how="Drill", minutes=4, proven_at=now + timedelta(days=days)
        )
    assert list(refused.value.error_dict) == ["proven_at"]


def test_a_member_proves_nothing(workflow: Workflow) -> None:
    option = making.option(workflow)
    with pytest.raises(Refused):
        containment.prove(option, by=people.member(), at=timezone.now(), how="Drill", minutes=4)
