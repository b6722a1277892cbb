"""Reminding those who are asked, and telling it above them."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.models import AuditEntry, Notice, User, Workflow
from registry.services import attestation_chase, attestations
from registry.services.attestation_reminders import remind_by_hand
from tests import people
from tests.registry import attesting, making

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12)


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def on(days: int) -> datetime:
    return NOON + timedelta(days=days)


def told(person: User) -> int:
    return Notice.objects.filter(recipient=person, kind="ATTESTATION").count()


def test_owners_hear_at_the_start_in_the_rhythm_on_the_day_and_while_it_is_late(workflow: Workflow) -> None:
    other = making.workflow(name="Letters")
    attesting.campaign(workflow, other, at=NOON, days=10)
    sent = [attestation_chase.chase(at=on(days)) for days in range(30)]
    assert [day for day, count in enumerate(sent) if count] == [3, 10, 15, 17, 22, 24, 29]
    assert (told(people.owner()), told(people.executive())) == (1 + 4, 3)
    late = Notice.objects.filter(recipient=people.executive()).earliest("pk")
    assert late.subject == "2 attestations are late: Yearly attestation"
    assert "Otto Owner: 2" in late.body


def test_running_it_again_tells_nobody_again_and_after_a_pause_only_the_newest_is_told(workflow: Workflow) -> None:
    attesting.campaign(workflow, at=NOON, days=10)
    assert [attestation_chase.chase(at=on(40)) for _run in range(3)] == [2, 0, 0]


def test_what_is_answered_excused_or_closed_is_not_chased(workflow: Workflow) -> None:
    letters, third = making.workflow(name="Letters"), making.workflow(name="Third", business_owner=people.risk())
    attesting.campaign(workflow, letters, third, at=NOON, days=10)
    attesting.attested(attesting.of(workflow), at=NOON)
    attestations.excuse(attesting.of(letters), by=people.risk(), at=NOON, reason="Sold")
    assert attestation_chase.chase(at=on(10)) == 1
    attesting.attested(attesting.of(third), at=NOON, by=people.risk())
    assert attestation_chase.chase(at=on(20)) == 0


def test_a_workflow_that_is_retired_meanwhile_is_excused_by_itself(workflow: Workflow) -> None:
    attesting.campaign(workflow, at=NOON)
    workflow.stage, workflow.production_basis = "RETIRED", ""
    workflow.save()
    attestation_chase.chase(at=on(1))
    row = attesting.of(workflow)
    assert (row.state, row.excused_by) == ("EXCUSED", None)
    workflow.refresh_from_db()
    assert workflow.attestation_due_date is None


def test_a_new_owner_is_asked_unless_it_was_handed_on(workflow: Workflow) -> None:
    letters, heir, new = making.workflow(name="Letters"), people.owner("Hera Heir"), people.owner("Nils New")
    attesting.campaign(workflow, letters, at=NOON, days=10)
    attestations.hand_on(attesting.of(letters), by=people.owner(), at=NOON, person=heir, reason="Hers")
    for row in (workflow, letters):
        row.refresh_from_db()
        row.business_owner = new
        row.save()
    attestation_chase.chase(at=on(1))
    assert [attesting.of(row).assignee for row in (workflow, letters)] == [new, heir]
    heir.is_active = False
    heir.save()
    attestation_chase.chase(at=on(1))
    assert attesting.of(letters).assignee == new


def test_where_it_is_escalated_to_somebody_who_left_risk_staff_hear(workflow: Workflow) -> None:
    attesting.campaign(workflow, at=NOON, days=10)
    gone = people.executive()
    gone.is_active = False
    gone.save()
    attestation_chase.chase(at=on(15))
    assert (told(gone), told(people.risk())) == (0, 1)


def test_risk_staff_remind_by_hand_once_a_day_and_it_is_on_record(workflow: Workflow) -> None:
    other = making.workflow(name="Letters", business_owner=people.owner("Hera Heir"))
    made = attesting.campaign(workflow, other, at=NOON)
    only = [attesting.of(workflow).pk]
    with pytest.raises(Refused):
        remind_by_hand(made, None, by=people.owner(), at=NOON, words="")
    assert remind_by_hand(made, only, by=people.risk(), at=NOON, words="Please, this week.") == 1
    assert "Rita Risk: Please, this week." in Notice.objects.filter(recipient=people.owner()).latest("pk").body
    assert remind_by_hand(made, None, by=people.risk(), at=NOON, words="") == 1
    assert AuditEntry.objects.filter(event="REMINDED", object_id=str(made.pk)).count() == 2


def test_a_sweep_without_a_campaign_asks_few_questions(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert attestation_chase.chase(at=NOON) == 0


def test_handing_on_to_whoever_is_asked_already_is_refused(workflow: Workflow) -> None:
    attesting.campaign(workflow, at=NOON)
    with pytest.raises(ValidationError):
        attestations.hand_on(attesting.of(workflow), by=people.risk(), at=NOON, person=people.owner(), reason="His")
