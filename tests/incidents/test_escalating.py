"""Calling people while nobody leads: step by step, each once, and never more than the incident lets them see."""

from datetime import timedelta

import pytest

from incidents.models import Escalation, Incident, TimelineEntry
from incidents.services import escalating, restricting, timeline
from incidents.services import people as roles
from registry.kernel.notify.models import Notice
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaderless() -> Incident:
    """A SEV-1 that a member declared at nine; its path: responders at once, the owner after a quarter of an hour."""
    people.responder(), people.risk(), people.executive()
    workflow = making.workflow(technical_owner=people.owner("Toni Technical"))
    return making.declared(people.member(), workflow=workflow, inputs={"harm": "SERIOUS"})


def called(occasion: str = "NO_LEAD") -> list[tuple[int, str]]:
    return list(Escalation.objects.filter(occasion=occasion).values_list("step", "person__name"))


def test_the_path_is_climbed_in_its_times_and_each_is_called_once(leaderless: Incident) -> None:
    assert escalating.escalate(at=after(1)) == 1
    assert called() == [(0, "Rae Responder")]
    assert escalating.escalate(at=after(2)) == 0
    escalating.escalate(at=after(6))
    assert called()[-1] == (1, "Toni Technical")
    escalating.escalate(at=after(60))
    assert [step for step, _name in called()] == [0, 1, 2, 4, 5]
    notice = Notice.objects.get(key__contains="no_lead", recipient__name="Toni Technical")
    assert notice.subject == "Nobody leads SEV-1 Refunds paid twice"
    told = TimelineEntry.objects.filter(data__occasion="NO_LEAD").order_by("pk")
    assert told[0].text == "Nobody leads. Called: Rae Responder."
    assert told[0].author is None


def test_nobody_is_called_once_somebody_accepted_and_again_when_they_leave(leaderless: Incident) -> None:
    lead = roles.assign(leaderless, role="LEAD", person=people.responder(), by=people.risk(), at=after(1))
    escalating.escalate(at=after(2))
    assert called() == [(0, "Rae Responder")]
    roles.accept(lead, by=people.responder(), at=after(3))
    escalating.escalate(at=after(50))
    assert len(called()) == 1
    roles.relieve(lead, by=people.responder(), at=after(60), reason="Shift ends")
    escalating.escalate(at=after(61))
    assert called() == [(0, "Rae Responder")] * 2
    assert {row.since for row in Escalation.objects.filter(occasion="NO_LEAD")} == {NOW, after(60)}


def test_the_lead_is_reminded_before_the_room_and_a_late_update_goes_up() -> None:
    incident = making.declared()
    due = incident.next_update_due_at
    assert due is not None
    people.risk()
    assert escalating.escalate(at=due - timedelta(minutes=31)) == 0
    assert escalating.escalate(at=due - timedelta(minutes=30)) == 1
    assert called("UPDATE_SOON") == [(0, "Rae Responder")]
    assert escalating.escalate(at=due - timedelta(minutes=1)) == 0
    assert escalating.escalate(at=due) == 1
    assert called("UPDATE_DUE") == [(0, "Rae Responder")]
    assert escalating.escalate(at=due + timedelta(minutes=119)) == 0
    assert escalating.escalate(at=due + timedelta(minutes=120)) == 2
    assert {name for _step, name in called("UPDATE_LATE")} == {people.owner().name, people.risk().name}
    timeline.post(
        incident, by=incident.declared_by, at=due + timedelta(minutes=121), text="Held.", is_internal_update=True
    )
    assert escalating.escalate(at=due + timedelta(minutes=200)) == 0


def test_of_a_restricted_incident_only_those_are_called_who_may_see_it(leaderless: Incident) -> None:
    restricting.restrict(leaderless, by=people.risk(), at=after(1), reason="Names are in it.")
    escalating.escalate(at=after(60))
    assert [name for _step, name in called()] == [people.risk().name]
    notice = Notice.objects.get(key__contains="no_lead")
    assert "Refunds" not in notice.subject + notice.body


def test_near_misses_and_what_is_over_call_nobody() -> None:
    making.near_miss()
    assert escalating.escalate(at=after(10_000)) == 0
