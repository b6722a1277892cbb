"""What limits a workflow: one person tightens, two loosen, each change has its place and its record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from incidents.lifecycle import State
from incidents.services import containment, loosening, receiving, restricting
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import AuditEntry, ContainmentOption, ControlInstance, ControlToken, Restriction, Workflow
from registry.modes import Mode, combine
from registry.reports import workflow_history
from registry.reports.control import control_of
from registry.services import broken_glass, control_keys, restrictions
from tests import people
from tests.control import world
from tests.incidents import making

pytestmark = pytest.mark.django_db


def in_force(of: Workflow) -> Mode:
    return combine(each.sets for each in Restriction.objects.filter(workflow=of).in_force()).mode


def test_carrying_out_an_option_puts_in_force_what_it_sets() -> None:
    claims = world.workflow()
    action = world.carried_out(world.option(claims), world.incident(claims))
    restriction = Restriction.objects.get()
    assert (restriction.effect, restriction.source, restriction.revision) == (world.KILL, "INCIDENT", 1)
    assert restriction.incident_reference == action.incident.reference
    assert restriction.history.get().history_change_reason == f"In {action.incident.reference}."
    assert action.reason == "It keeps paying."
    kinds = workflow_history.entries(claims, "containment").values_list("object_type", flat=True)
    assert "registry.restriction" in kinds


def test_an_option_without_effect_is_done_by_hand_and_takes_no_revision() -> None:
    claims = world.workflow()
    world.carried_out(world.option(claims, effect={}), world.incident(claims))
    assert (Restriction.objects.get().is_driven, Restriction.objects.get().revision) == (False, 0)


def test_what_is_on_the_option_later_changes_nothing_that_is_in_force() -> None:
    claims = world.workflow()
    option = world.option(claims)
    world.carried_out(option, world.incident(claims))
    ContainmentOption.objects.filter(pk=option.pk)
    option.effect = {}
    option.save()
    assert in_force(claims) == Mode.KILLED


def test_loosening_needs_a_second_person() -> None:
    claims = world.workflow()
    incident = world.incident(claims)
    action = world.carried_out(world.option(claims), incident)
    by, at = people.responder(), timezone.now()
    with pytest.raises(Conflict, match="Nobody has asked"):
        loosening.revert(action, by=people.risk(), at=at, note="Fine.")
    loosening.ask_revert(action, by=by, at=at, reason="Replay is clean.")
    with pytest.raises(Refused, match="two people"):
        loosening.revert(action, by=by, at=at, note="Fine.")
    with pytest.raises(Refused):
        loosening.revert(action, by=people.auditor(), at=at, note="Fine.")
    assert in_force(claims) == Mode.KILLED
    loosening.revert(action, by=people.risk(), at=at, note="Looked at the replay.")
    assert in_force(claims) == Mode.NORMAL
    assert Restriction.objects.get().release_revision == 2


def test_a_request_that_is_declined_leaves_it_in_force_and_may_be_made_again() -> None:
    claims = world.workflow()
    action = world.carried_out(world.option(claims), world.incident(claims))
    loosening.ask_revert(action, by=people.responder(), at=timezone.now(), reason="Clean.")
    loosening.keep(action, by=people.risk(), at=timezone.now(), note="Two cases are open.")
    assert in_force(claims) == Mode.KILLED
    with pytest.raises(Conflict, match="Nobody has asked"):
        loosening.revert(action, by=people.risk(), at=timezone.now(), note="Fine.")
    loosening.ask_revert(action, by=people.responder(), at=timezone.now(), reason="Both closed.")


def test_taking_one_back_leaves_the_others() -> None:
    claims = world.workflow()
    incident = world.incident(claims)
    world.carried_out(world.option(claims, "FORCE_REVIEW", effect={"mode": "review"}), incident)
    kill = world.carried_out(world.option(claims), incident)
    assert in_force(claims) == Mode.KILLED
    making.taken_back(kill, at=timezone.now())
    assert in_force(claims) == Mode.REVIEW


def test_no_words_no_change() -> None:
    claims = world.workflow()
    action = world.carried_out(world.option(claims), world.incident(claims))
    with pytest.raises(ValidationError):
        restrictions.ask_release(action.restriction, by=people.risk(), at=timezone.now(), reason=" ")  # type: ignore[arg-type]


def test_a_restricted_incident_gives_nothing_away_on_the_page_of_the_workflow() -> None:
    claims = world.workflow()
    incident = making.declared(workflow=claims, at=timezone.now(), is_restricted=True)
    world.carried_out(world.option(claims), incident)
    restriction = Restriction.objects.get()
    assert (restriction.incident_reference, "paying" in restriction.reason) == ("", False)
    assert not Restriction.history.filter(history_change_reason__contains="paying").exists()


def test_an_incident_that_is_restricted_later_is_named_to_nobody_any_more() -> None:
    claims = world.workflow()
    incident = world.incident(claims)
    world.carried_out(world.option(claims), incident)
    restricting.restrict(incident, by=people.risk(), at=timezone.now(), reason="Names of customers.")
    restriction = Restriction.objects.get()
    assert (restriction.incident_reference, restriction.reason) == ("", "In a restricted incident.")
    restricting.lift(incident, by=people.risk(), at=timezone.now(), reason="Names taken out.")
    restriction.refresh_from_db()
    assert restriction.incident_reference == incident.reference


def seen(token: ControlToken, name: str, revision: int, **fields: Any) -> ControlInstance:
    now = timezone.now()
    given = {"appeared_at": now - timedelta(hours=2), "first_at": now, "last_at": now, **fields}
    return ControlInstance.objects.create(token=token, name=name, revision=revision, **given)


def test_containment_is_confirmed_once_every_running_instance_has_it() -> None:
    claims = world.workflow()
    token, _secret = world.key(claims)
    incident = world.incident(claims)
    action = world.carried_out(world.option(claims), incident)
    behind = seen(token, "b", 0)
    seen(token, "a", 1)
    seen(token, "gone", 0, last_at=timezone.now() - timedelta(hours=1))
    assert receiving.confirm_received(at=timezone.now()) == 0
    behind.revision, behind.first_at = 1, action.executed_at + timedelta(seconds=0.5)
    behind.save()
    assert receiving.confirm_received(at=timezone.now()) == 1
    action.refresh_from_db()
    option = ContainmentOption.objects.get()
    assert (action.status, action.confirmed_by, making.again(incident).state) == ("CONFIRMED", None, State.CONTAINED)
    assert "2 of 2 instances" in action.proof
    assert option.proven_seconds is not None
    restriction = Restriction.objects.get()
    assert restriction.received_by == 2
    assert receiving.confirm_received(at=timezone.now()) == 0


def test_an_instance_that_reports_counts_only_once_it_has_said_so() -> None:
    claims = world.workflow()
    token, _secret = world.key(claims)
    world.carried_out(world.option(claims), world.incident(claims))
    world.carried_out(world.option(claims, "FORCE_REVIEW", effect={"mode": "review"}), world.incident(claims))
    instance = seen(token, "a", 2, acknowledged=1, acknowledged_at=timezone.now())
    receiving.confirm_received(at=timezone.now())
    assert Restriction.objects.filter(received_at__isnull=False).count() == 1
    instance.acknowledged = 2
    instance.save()
    receiving.confirm_received(at=timezone.now())
    assert Restriction.objects.filter(received_at__isnull=False).count() == 2


def test_an_instance_that_changed_over_to_a_new_key_is_not_waited_for_with_the_old_one() -> None:
    claims = world.workflow()
    token, _secret = world.key(claims)
    world.carried_out(world.option(claims), world.incident(claims))
    seen(token, "a", 0, last_at=timezone.now() - timedelta(seconds=30))
    made, _other = control_keys.rotate(token, by=people.risk(), at=timezone.now(), overlap=timedelta(hours=1))
    assert receiving.confirm_received(at=timezone.now()) == 0
    seen(made, "a", 1)
    assert receiving.confirm_received(at=timezone.now()) == 1


def test_a_glass_broken_for_nobody_is_on_record(settings: Any, tmp_path: Path) -> None:
    settings.CONTROL_FOLDER = str(tmp_path)
    broken_glass.break_glass(slug="nobody", mode="killed", reason="Stop it.", operator="Night", at=timezone.now())
    assert broken_glass.record_waiting(at=timezone.now()) == []
    entry = AuditEntry.objects.get(event="GLASS_BROKEN_FOR_NOBODY")
    assert (entry.detail["slug"], entry.detail["by"], entry.reason) == ("nobody", "Night", "Stop it.")
    assert broken_glass.record_waiting(at=timezone.now()) == []
    assert AuditEntry.objects.filter(event="GLASS_BROKEN_FOR_NOBODY").count() == 1


def test_nobody_running_confirms_nothing() -> None:
    claims = world.workflow()
    world.key(claims)
    world.carried_out(world.option(claims), world.incident(claims))
    assert receiving.confirm_received(at=timezone.now()) == 0
    assert control_of(claims, at=timezone.now()).in_force[0].arrival.is_everywhere is False  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_two_who_tighten_at_once_get_one_order_and_lose_nothing() -> None:
    workflows = [world.workflow(f"Claims {number}") for number in range(4)]
    options = [world.option(each) for each in workflows]
    incidents = [world.incident(each) for each in workflows]
    people.responder()

    def flip(number: int) -> int:
        try:
            action = world.carried_out(options[number], incidents[number])
            return action.restriction.revision  # type: ignore[union-attr]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(flip, range(4)))
    assert sorted(drawn) == [1, 2, 3, 4]
    assert sorted(Restriction.objects.values_list("revision", flat=True)) == [1, 2, 3, 4]


def test_what_fails_afterwards_leaves_neither_state_nor_record(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = world.workflow()
    incident, option = world.incident(claims), world.option(claims)

    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(containment, "tell_people", broken)
    with pytest.raises(RuntimeError):
        world.carried_out(option, incident)
    assert not Restriction.objects.exists()
    assert not Restriction.history.exists()
