"""Whoever must decide is told at once and reminded; conditions and unused approvals are chased; lapses are noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import GateRequest, Notice, User
from registry.reports.readiness import judgement_of
from registry.services import gate_chase, gates
from tests import people
from tests.registry.gating import asked, decided, pilot, today

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(recipient=person, kind="GATE").order_by("pk").values_list("subject", flat=True))


def test_deciders_are_told_at_once_reminded_and_after_a_week_others_too() -> None:
    risk, executive, auditor = people.risk(), people.executive(), people.auditor()
    request = asked(pilot())
    start = f"{request}: Letter sorting"
    assert told(risk) == [f"Waits for your decision: {start}"]
    now = timezone.now()
    assert gate_chase.chase(at=now) == 0
    assert gate_chase.chase(at=now + 4 * DAY) == gate_chase.chase(at=now + 5 * DAY) + 1 == 1
    assert told(risk)[1:] == [f"Nobody has decided: {start}"]
    assert told(executive) == []
    assert gate_chase.chase(at=now + 7 * DAY) == 3
    assert told(executive) == told(people.owner()) == [f"Nobody has decided: {start}"]
    assert told(auditor) == []
    decided(request)
    assert gate_chase.chase(at=now + 8 * DAY) == 0
    assert told(people.owner())[-1].startswith("Granted, not used yet")


def test_an_approval_that_nobody_uses_is_announced_and_its_lapse_noted_once() -> None:
    people.risk()
    request = decided(asked(pilot()))
    end = timezone.now() + 90 * DAY
    assert gate_chase.chase(at=end - 10 * DAY) == 1
    assert gate_chase.chase(at=end - 10 * DAY) == 0
    gate_chase.chase(at=end + DAY)
    request.refresh_from_db()
    assert request.status == "LAPSED"
    assert request.lapsed_at is not None
    lapsed = [subject for subject in told(people.owner()) if subject.startswith("Lapsed")]
    gate_chase.chase(at=end + 2 * DAY)
    assert [subject for subject in told(people.owner()) if subject.startswith("Lapsed")] == lapsed != []


def test_a_condition_is_chased_and_once_late_lets_what_is_unused_lapse() -> None:
    keeper = people.responder()
    condition = {"text": "Second monitor", "due_date": today() + 10 * DAY, "owner": keeper}
    request = decided(asked(pilot()), conditions=[condition])
    assert told(keeper)[0].startswith("A condition is yours")
    now = timezone.now()
    assert gate_chase.chase(at=now + 3 * DAY) == 1
    assert gate_chase.chase(at=now + 11 * DAY) == 0
    assert GateRequest.objects.get(pk=request.pk).status == "LAPSED"


def test_a_late_condition_of_what_is_in_effect_is_chased_and_fails_a_check() -> None:
    workflow = pilot()
    condition = {"text": "Second monitor", "due_date": today() + DAY, "owner": people.owner()}
    request = decided(asked(workflow), conditions=[condition])
    gates.use(request, by=people.owner(), at=timezone.now())
    late = timezone.now() + 3 * DAY
    assert gate_chase.chase(at=late) == 2
    assert any(subject.startswith("Condition of") for subject in told(people.risk()))
    workflow.refresh_from_db()
    failing = {finding.check.key for finding in judgement_of(workflow, late).failing}
    assert failing == {"CONDITIONS"}
