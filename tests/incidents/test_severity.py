"""Severity: proposed by the rules, confirmed by a person, every judgement kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.lifecycle import Phase, PhaseStatus
from incidents.models import SeverityAssessment, TimelineEntry
from incidents.services import moving, severity, times
from incidents.times import TimeKind
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Notice
from registry.models import OrganisationRules
from registry.severity_scale import DEFAULT_SCALE
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def test_confirming_puts_the_severity_in_force_and_says_when_it_was_classified() -> None:
    incident = making.declared()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    incident = making.again(incident)
    assert incident.severity == "SEV-1"
    assert times.times_of(incident)[TimeKind.CLASSIFIED] == after(5)
    assert incident.phases.get(phase=Phase.CLASSIFY).status == PhaseStatus.DONE


def test_judging_again_keeps_the_time_of_the_first_classification() -> None:
    incident = making.declared()
    for minute in (5, 50):
        severity.assess(incident, by=incident.declared_by, at=after(minute), inputs={}, confirmed="SEV-3")
    assert times.times_of(incident)[TimeKind.CLASSIFIED] == after(5)
    assert incident.severity_assessments.count() == 3


def test_the_timeline_carries_both_marks() -> None:
    incident = making.declared()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    entry = TimelineEntry.objects.filter(incident=incident, kind="SEVERITY").latest("id")
    assert (entry.data["from"], entry.data["to"]) == ("SEV-2", "SEV-1")


def test_differing_from_the_proposal_needs_a_reason() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError) as caught:
        severity.assess(incident, by=incident.declared_by, at=after(5), inputs={"harm": "SERIOUS"}, confirmed="SEV-3")
    assert "reason" in caught.value.message_dict
    severity.assess(
        incident, by=incident.declared_by, at=after(6), inputs={"harm": "SERIOUS"}, confirmed="SEV-3", reason="A drill."
    )
    assert making.again(incident).severity == "SEV-3"


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(ValidationError):
        severity.assess(making.declared(), by=people.risk(), at=after(5), inputs={}, confirmed="SEV-0")


def test_a_graver_severity_brings_the_next_update_forward() -> None:
    incident = making.declared()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    assert making.again(incident).next_update_due_at == after(35)


def test_confirming_does_not_put_off_an_update_that_is_due() -> None:
    incident = making.declared()
    due = incident.next_update_due_at
    severity.assess(incident, by=incident.declared_by, at=after(60), inputs={"unsure": True}, confirmed="SEV-2")
    assert making.again(incident).next_update_due_at == due


def test_a_milder_severity_gives_more_time() -> None:
    incident = making.declared()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={}, confirmed="SEV-3")
    assert making.again(incident).next_update_due_at == after(5) + timedelta(days=1)


def test_a_change_is_told_and_a_confirmation_is_not() -> None:
    incident = making.declared()
    people.executive()
    before = Notice.objects.count()
    severity.assess(incident, by=incident.declared_by, at=after(5), inputs={"unsure": True}, confirmed="SEV-2")
    assert Notice.objects.count() == before
    severity.assess(incident, by=incident.declared_by, at=after(6), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    assert Notice.objects.filter(recipient=people.executive(), subject__contains="SEV-1").exists()


def test_the_lead_and_risk_staff_judge_and_others_do_not() -> None:
    incident = making.declared()
    severity.assess(incident, by=people.risk(), at=after(5), inputs={}, confirmed="SEV-3")
    for person in (people.responder("Rob Responder"), people.owner(), people.member(), people.auditor()):
        with pytest.raises(Refused, match="lead or risk staff"):
            severity.assess(incident, by=person, at=after(6), inputs={}, confirmed="SEV-3")


def test_while_there_is_no_lead_any_responder_judges() -> None:
    incident = making.declared(people.member())
    severity.assess(incident, by=people.responder(), at=after(5), inputs={}, confirmed="SEV-3")


def test_a_near_miss_has_no_severity_to_judge() -> None:
    with pytest.raises(Conflict, match="Make it an incident"):
        severity.assess(making.near_miss(), by=people.risk(), at=after(5), inputs={}, confirmed="SEV-3")


def test_a_closed_incident_is_not_judged_again() -> None:
    incident = making.declared()
    moving.move(incident, "decline", by=incident.declared_by, at=after(1), reason="No.")
    with pytest.raises(Conflict, match="Reopen"):
        severity.assess(incident, by=people.risk(), at=after(5), inputs={}, confirmed="SEV-3")


def test_the_newest_scale_in_force_counts_and_is_recorded() -> None:
    newer = OrganisationRules.objects.create(
        kind="SEVERITY", number=2, definition=dict(DEFAULT_SCALE), status="APPROVED", effective_at=after(10)
    )
    assert severity.scale_in_force(after(9)).number == 1
    incident = making.declared(at=after(11))
    assert SeverityAssessment.objects.get(incident=incident).scale == newer


def test_the_first_scale_counts_for_what_was_before_it() -> None:
    assert severity.scale_in_force(NOW - timedelta(days=5000)).number == 1
