"""Attestation campaigns: starting, attesting, correcting, handing on, excusing and closing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Attestation, AuditEntry, Notice, Workflow
from registry.reports.attesting import changes_since, newest_of
from registry.services import attestation_campaigns, attestations, workflows
from registry.services.attestation_due import follow
from tests import people
from tests.registry import attesting, making

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    making.version(making.surface(made), "1")
    making.option(made)
    making.signal(made)
    return made


def again(workflow: Workflow) -> Workflow:
    return Workflow.objects.get(pk=workflow.pk)


def edited(workflow: Workflow, **fields: Any) -> Workflow:
    current = again(workflow)
    return workflows.edit(
        current,
        by=people.owner(),
        at=timezone.now(),
        reason="Was not true",
        opened_version=current.version,
        **fields,
    )


def test_a_campaign_freezes_its_workflows_and_tells_each_owner_once(workflow: Workflow) -> None:
    before = again(workflow).version
    other = making.workflow(name="Letters")
    retired = making.workflow(name="Old", stage="RETIRED")
    orphan = making.workflow(name="Nobody's", business_owner=None, technical_owner=None)
    made = attesting.campaign(workflow, other, retired, orphan)
    making.workflow(name="Came later")
    rows = {row.workflow.name: row.assignee for row in made.attestations.select_related("workflow", "assignee")}
    assert rows == {"Claims triage": people.owner(), "Letters": people.owner(), "Nobody's": None}
    [told] = Notice.objects.filter(kind="ATTESTATION")
    assert (told.recipient, told.subject) == (people.owner(), "2 workflows to attest: Yearly attestation")
    assert again(workflow).attestation_due_date == made.due_date
    assert again(workflow).version == before, "nobody's edit becomes stale by it"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"statement": ""}, "statement"),
        ({"parts": []}, "parts"),
        ({"parts": ["NOPE"]}, "parts"),
        ({"days": 0}, "due_date"),
        ({"days": 900}, "due_date"),
        ({"remind_every_days": 0}, "remind_every_days"),
        ({"escalate_after_days": 91}, "escalate_after_days"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(workflow: Workflow, facts: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        attesting.campaign(workflow, **facts)
    assert list(refused.value.message_dict) == [field]
    assert not Attestation.objects.exists()


def test_a_campaign_without_a_workflow_or_by_somebody_else_is_refused(workflow: Workflow) -> None:
    with pytest.raises(Conflict):
        attesting.campaign(making.workflow(name="Old", stage="RETIRED"))
    with pytest.raises(Refused):
        attesting.campaign(workflow, by=people.executive())


def test_attesting_keeps_who_what_version_and_which_words(workflow: Workflow) -> None:
    made = attesting.campaign(workflow)
    signed = attesting.attested(attesting.of(workflow))
    assert (signed.state, signed.attested_by, signed.workflow_version) == (
        "ATTESTED",
        people.owner(),
        again(workflow).version,
    )
    assert signed.statement == made.statement
    assert set(signed.seen) == set(made.parts)
    now = again(workflow)
    assert (now.attestation_due_date, now.attested_at) == (None, signed.attested_at)
    assert AuditEntry.objects.filter(object_type="registry.attestation", object_id=str(signed.pk)).count() == 2
    with pytest.raises(Conflict):
        attesting.attested(attesting.of(workflow))


def test_only_whoever_is_asked_and_the_owners_attest(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    for person in (people.risk(), people.executive(), people.owner("Other Owner"), people.auditor()):
        with pytest.raises(Refused):
            attesting.attested(attesting.of(workflow), by=person)


def test_what_was_changed_after_it_was_shown_is_not_attested(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row = attesting.of(workflow)
    shown = attesting.shown(row)
    edited(workflow, purpose="Something else")
    with pytest.raises(Conflict, match="changed after it was shown"):
        attesting.attested(row, seen=shown)
    assert attesting.of(workflow).state == "OPEN"


def test_what_moves_by_itself_is_no_change(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row = attesting.of(workflow)
    shown = attesting.shown(row)
    signal = workflow.signals.get()
    signal.last_seen_at = timezone.now()
    signal.save()
    assert attesting.shown(row) == shown


def test_the_difference_since_the_last_attestation_is_told_part_by_part(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    signed = attesting.attested(attesting.of(workflow))
    assert changes_since(signed, ["RECORD", "SURFACES"], timezone.now()) == []
    edited(workflow, purpose="Sorts claims by urgency and value.")
    making.version(workflow.surfaces.get(), "2")
    groups = {group.label: group for group in changes_since(signed, ["RECORD", "SURFACES"], timezone.now())}
    assert set(groups) == {"Workflow", "Surface", "Surface version"}
    [change] = groups["Workflow"].changed[0].changes
    assert (change.label, change.new) == ("Purpose", "Sorts claims by urgency and value.")
    assert [group.label for group in changes_since(signed, ["RECORD"], timezone.now())] == ["Workflow"]


def test_many_are_attested_at_once_only_where_nothing_changed(workflow: Workflow) -> None:
    changed, first = making.workflow(name="Letters"), making.workflow(name="New one")
    for row in (workflow, changed):
        attesting.campaign(row, name=f"First of {row.name}")
        attesting.attested(attesting.of(row))
    edited(changed, purpose="Other")
    attesting.campaign(workflow, changed, first)
    rows = [attesting.of(row) for row in (workflow, changed, first)]
    chosen = {row.pk: attesting.shown(row) for row in rows}
    done, left = attestations.attest_unchanged(chosen, by=people.owner(), at=timezone.now())
    assert [row.workflow.name for row in done] == ["Claims triage"]
    assert [row.workflow.name for row in left] == ["Letters", "New one"]
    assert attesting.of(workflow).is_bulk
    assert newest_of([workflow.pk])[workflow.pk].is_bulk
    with pytest.raises(Refused):
        attestations.attest_unchanged(chosen, by=people.risk(), at=timezone.now())


def test_an_attestation_of_fewer_parts_is_none_of_the_others(workflow: Workflow) -> None:
    attesting.campaign(workflow, parts=["RECORD"])
    attesting.attested(attesting.of(workflow))
    attesting.campaign(workflow, parts=["RECORD", "TIER"])
    row = attesting.of(workflow)
    _done, left = attestations.attest_unchanged({row.pk: attesting.shown(row)}, by=people.owner(), at=timezone.now())
    assert left == [row]


def test_what_is_not_true_is_corrected_and_then_attested(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row = attesting.of(workflow)
    with pytest.raises(ValidationError):
        attestations.correct(row, by=people.owner(), at=timezone.now(), what=" ")
    attestations.correct(row, by=people.owner(), at=timezone.now(), what="The vendor is another one.")
    assert attesting.of(workflow).state == "CORRECTING"
    assert again(workflow).attestation_due_date is not None
    edited(workflow, topic="Claims")
    assert attesting.attested(attesting.of(workflow)).correction == "The vendor is another one."


def test_not_mine_is_handed_to_somebody_with_a_reason_and_told(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row, heir = attesting.of(workflow), people.owner("Hera Heir")
    now = timezone.now()
    for person, reason in ((heir, " "), (people.auditor(), "Hers"), (people.owner(), "Mine")):
        with pytest.raises(ValidationError):
            attestations.hand_on(row, by=people.owner(), at=now, person=person, reason=reason)
    attestations.hand_on(row, by=people.owner(), at=now, person=heir, reason="She took it over in May.")
    handed = attesting.of(workflow)
    assert (handed.assignee, handed.handed_by, handed.state) == (heir, people.owner(), "OPEN")
    for person in (heir, people.risk()):
        assert "She took it over in May." in Notice.objects.filter(recipient=person).latest("pk").body
    assert attesting.attested(handed, by=heir).attested_by == heir


def test_handed_to_nobody_it_waits_for_whoever_runs_the_campaign(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    attestations.hand_on(attesting.of(workflow), by=people.owner(), at=timezone.now(), person=None, reason="Sold")
    assert attesting.of(workflow).assignee is None
    assert "nobody" in Notice.objects.get(recipient=people.risk()).subject


def test_risk_staff_excuse_with_a_reason(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row, now = attesting.of(workflow), timezone.now()
    with pytest.raises(Refused):
        attestations.excuse(row, by=people.owner(), at=now, reason="No time")
    with pytest.raises(ValidationError):
        attestations.excuse(row, by=people.risk(), at=now, reason="")
    attestations.excuse(row, by=people.risk(), at=now, reason="Goes out of use next week.")
    assert again(workflow).attestation_due_date is None


def test_closing_says_who_did_not_and_nothing_goes_on(workflow: Workflow) -> None:
    other = making.workflow(name="Letters")
    made = attesting.campaign(workflow, other)
    attesting.attested(attesting.of(other))
    with pytest.raises(Refused):
        attestation_campaigns.close(made, by=people.owner(), at=timezone.now())
    closed = attestation_campaigns.close(made, by=people.risk(), at=timezone.now(), note="Year is over.")
    assert (closed.status, closed.closing_note) == ("CLOSED", "Year is over.")
    assert [attesting.of(row).state for row in (workflow, other)] == ["MISSED", "ATTESTED"]
    assert again(workflow).attestation_due_date is None
    assert "1 workflow was not attested." in Notice.objects.get(recipient=people.executive()).body
    with pytest.raises(Conflict):
        attesting.attested(attesting.of(workflow))
    with pytest.raises(Conflict):
        attestation_campaigns.close(made, by=people.risk(), at=timezone.now())


def test_the_column_of_the_register_follows_two_campaigns_at_once(workflow: Workflow) -> None:
    late, soon = attesting.campaign(workflow, days=30), attesting.campaign(workflow, days=10, name="Soon")
    assert again(workflow).attestation_due_date == soon.due_date
    attesting.attested(attesting.of(workflow, soon))
    assert again(workflow).attestation_due_date == late.due_date
    assert follow([workflow.pk], at=timezone.now()) == 0


def test_the_database_refuses_a_signature_without_its_facts(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    row = attesting.of(workflow)
    row.state = "ATTESTED"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    later = timezone.now() + timedelta(days=1)
    row.state, row.excused_at = "EXCUSED", later
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
