"""Containment: carried out at once, confirmed with proof, taken back with a reason."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.lifecycle import State
from incidents.models import ContainmentAction, GovernedSnapshot, TimelineEntry
from incidents.services import containment, loosening, moving, times
from incidents.times import TimeKind
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import ContainmentOption, Role
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def test_carrying_out_an_option_is_recorded_with_who_and_why() -> None:
    incident = making.declared()
    action: Any = making.executed(incident, incident.declared_by)
    assert (action.status, action.executed_by) == ("EXECUTED", incident.declared_by)
    assert action.history.get().history_change_reason == "It keeps paying."
    assert TimelineEntry.objects.get(incident=incident, kind="CONTAINMENT").data["action"] == action.pk
    assert making.again(incident).state == State.OPEN


@pytest.mark.parametrize("kind", ["ROLLBACK_PROMPT", "ROLLBACK_MODEL", "SWITCH_PROVIDER"])
def test_before_a_rollback_the_governed_state_is_frozen(kind: str) -> None:
    incident = making.declared()
    making.executed(incident, incident.declared_by, kind)
    frozen = GovernedSnapshot.objects.get(incident=incident, occasion="BEFORE_ROLLBACK")
    assert TimelineEntry.objects.get(incident=incident, kind="CONTAINMENT").data["snapshot"] == frozen.pk


def test_the_kill_switch_waits_for_no_snapshot() -> None:
    incident = making.declared()
    making.executed(incident, incident.declared_by)
    assert not GovernedSnapshot.objects.filter(occasion="BEFORE_ROLLBACK").exists()


def test_confirming_makes_an_open_incident_contained_and_proves_the_option() -> None:
    incident = making.declared()
    action = making.executed(incident, incident.declared_by)
    done = containment.confirm(action, by=incident.declared_by, at=after(10), proof="The queue stands still.")
    assert (done.status, done.confirmed_by, done.proof) == (
        "CONFIRMED",
        incident.declared_by,
        "The queue stands still.",
    )
    assert making.again(incident).state == State.CONTAINED
    assert times.times_of(incident)[TimeKind.CONTAINED] == after(10)
    option = ContainmentOption.objects.get(pk=action.option_id)
    assert (option.proven_at, option.proven_minutes) == (after(10), 4)
    assert incident.reference in option.proven_how


def test_a_restricted_incident_is_not_named_in_the_proof_of_the_option() -> None:
    incident = making.declared(is_restricted=True)
    action = making.executed(incident, incident.declared_by)
    containment.confirm(action, by=incident.declared_by, at=after(10), proof="Quiet.")
    assert incident.reference not in ContainmentOption.objects.get(pk=action.option_id).proven_how


def test_confirming_a_second_option_changes_no_state() -> None:
    incident = making.contained()
    second = making.executed(incident, incident.declared_by, "PAUSE_PATHS")
    containment.confirm(second, by=incident.declared_by, at=after(12), proof="Quiet.")
    assert making.again(incident).passages.count() == 1


def test_confirming_needs_proof() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        containment.confirm(making.executed(incident, incident.declared_by), by=people.risk(), at=after(9), proof=" ")
    assert making.again(incident).state == State.OPEN


def test_an_option_that_had_no_effect_contains_nothing_and_may_be_tried_again() -> None:
    incident = making.declared()
    action = making.executed(incident, incident.declared_by)
    assert containment.fail(action, by=people.risk(), at=after(9), proof="It still pays.").status == "FAILED"
    assert making.again(incident).state == State.OPEN
    assert ContainmentOption.objects.get(pk=action.option_id).proven_at is None
    assert making.executed(incident, incident.declared_by).pk != action.pk


def test_what_is_confirmed_is_not_confirmed_again() -> None:
    incident = making.contained()
    action = incident.containment_actions.get()
    with pytest.raises(Conflict, match="Confirmed effective"):
        containment.confirm(action, by=people.risk(), at=after(12), proof="Quiet.")
    with pytest.raises(Conflict):
        containment.fail(action, by=people.risk(), at=after(12), proof="Loud.")


def test_the_same_option_is_not_carried_out_twice_at_once() -> None:
    incident = making.declared()
    making.executed(incident, incident.declared_by)
    with pytest.raises(Conflict, match="Rae Responder carried out"):
        making.executed(incident, people.risk())


def test_taking_back_the_last_confirmed_one_opens_the_incident_again() -> None:
    incident = making.contained()
    action = incident.containment_actions.get()
    done = making.taken_back(action, at=after(20))
    assert (done.status, done.reverted_by, done.revert_reason) == ("REVERTED", people.risk(), "It stopped payroll too.")
    assert making.again(incident).state == State.OPEN
    assert TimeKind.CONTAINED not in times.times_of(incident)


def test_taking_back_one_of_two_keeps_the_incident_contained() -> None:
    incident = making.contained()
    first = incident.containment_actions.get()
    second = making.executed(incident, incident.declared_by, "PAUSE_PATHS")
    containment.confirm(second, by=incident.declared_by, at=after(12), proof="Quiet.")
    making.taken_back(first, at=after(20))
    assert making.again(incident).state == State.CONTAINED


def test_taking_back_while_recovering_is_the_way_to_normal() -> None:
    incident = making.recovering()
    making.taken_back(incident.containment_actions.get(), at=after(70))
    assert making.again(incident).state == State.RECOVERING


def test_an_option_of_a_workflow_not_concerned_is_a_conflict() -> None:
    incident = making.declared()
    other = making.option(making.workflow("Letters"))
    with pytest.raises(Conflict, match="does not concern"):
        containment.execute(incident, other, by=incident.declared_by, at=after(5), reason="Stop.")


def test_an_option_that_is_not_available_is_a_conflict() -> None:
    incident = making.declared()
    option = making.option(incident.workflows.get(), is_active=False)
    with pytest.raises(Conflict, match="not available"):
        containment.execute(incident, option, by=incident.declared_by, at=after(5), reason="Stop.")


def test_nothing_is_carried_out_once_the_incident_is_over() -> None:
    incident = making.declared()
    moving.move(incident, "decline", by=incident.declared_by, at=after(1), reason="No.")
    with pytest.raises(Conflict, match="Reopen"):
        making.executed(incident, incident.declared_by)


def test_only_whom_the_option_names_carries_it_out() -> None:
    incident = making.declared()
    option = making.option(incident.workflows.get(), executors=[Role.RISK])
    with pytest.raises(Refused, match="names neither"):
        containment.execute(incident, option, by=incident.declared_by, at=after(5), reason="Stop.")
    assert not ContainmentAction.objects.exists()


def test_whoever_the_option_names_must_work_on_the_incident() -> None:
    incident = making.declared()
    option = making.option(incident.workflows.get(), executors=[Role.EXECUTIVE])
    with pytest.raises(Refused, match="people with a role in this incident"):
        containment.execute(incident, option, by=people.executive(), at=after(5), reason="Stop.")


def test_a_member_confirms_and_takes_back_nothing() -> None:
    incident = making.declared()
    action = making.executed(incident, incident.declared_by)
    with pytest.raises(Refused):
        containment.confirm(action, by=people.member(), at=after(9), proof="Quiet.")
    with pytest.raises(Refused):
        containment.fail(action, by=people.member(), at=after(9), proof="Loud.")
    with pytest.raises(Refused):
        loosening.ask_revert(action, by=people.member(), at=after(9), reason="No.")


def test_nothing_is_confirmed_once_the_incident_is_over() -> None:
    incident = making.declared()
    action = making.executed(incident, incident.declared_by)
    moving.move(incident, "decline", by=incident.declared_by, at=after(8), reason="No.")
    with pytest.raises(Conflict, match="Reopen"):
        containment.confirm(action, by=incident.declared_by, at=after(9), proof="Quiet.")
