"""Declaring: three facts are enough, and everything an incident needs is there at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.lifecycle import PhaseStatus, State
from incidents.models import GovernedSnapshot, Incident, PhaseTrack, RoleAssignment, TimelineEntry
from incidents.services import declaring, moving, times
from incidents.times import TimeKind
from registry.kernel.access.verdict import Refused
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Mail, Notice
from registry.models import Stage
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW

pytestmark = pytest.mark.django_db


def lead_of(incident: Incident) -> RoleAssignment | None:
    return RoleAssignment.objects.filter(incident=incident, role="LEAD", ended_at__isnull=True).first()


def test_declaring_with_nothing_known_opens_a_sev_2() -> None:
    incident = making.declared(people.member())
    assert (incident.state, incident.severity, incident.category) == (State.OPEN, "SEV-2", "INCIDENT")


def test_declaring_keeps_the_answers_and_their_reasons() -> None:
    incident = making.declared(inputs={"harm": "SERIOUS"})
    made = incident.severity_assessments.get()
    assert made.proposed == made.confirmed == incident.severity == "SEV-1"
    assert made.reasons
    assert made.inputs["harm"] == "SERIOUS"


def test_declaring_records_when_it_was_detected_and_declared() -> None:
    incident = making.declared(detected_at=NOW - timedelta(hours=2))
    known = times.times_of(incident)
    assert known == {TimeKind.DETECTED: NOW - timedelta(hours=2), TimeKind.DECLARED: NOW}


def test_declaring_starts_the_phases_and_the_update_clock() -> None:
    incident = making.declared()
    status = dict(PhaseTrack.objects.filter(incident=incident).values_list("phase", "status"))
    assert (status["DETECT"], status["CLASSIFY"], status["LEARN"]) == (
        PhaseStatus.DONE,
        PhaseStatus.ACTIVE,
        PhaseStatus.NOT_STARTED,
    )
    assert incident.next_update_due_at is not None
    assert incident.next_update_due_at > NOW


def test_declaring_freezes_the_governed_state_with_its_hash() -> None:
    workflow = making.workflow()
    making.option(workflow)
    frozen = GovernedSnapshot.objects.get(incident=making.declared(workflow=workflow))
    assert frozen.content["workflow"]["name"] == workflow.name
    assert frozen.content["containment_options"][0]["kind"] == "KILL_SWITCH"
    assert frozen.sha256 == digest(canonical(frozen.content))


def test_a_responder_who_declares_leads() -> None:
    rae = people.responder()
    held = lead_of(making.declared(rae))
    assert held is not None
    assert held.person == rae
    assert held.accepted_at == NOW


def test_a_member_who_declares_leaves_the_lead_open() -> None:
    assert lead_of(making.declared(people.member())) is None


def test_declaring_without_a_workflow_is_possible() -> None:
    assert not making.declared(workflow=None).workflows.exists()


def test_an_auditor_cannot_declare() -> None:
    with pytest.raises(Refused, match="Auditors"):
        making.declared(people.auditor())
    assert not Incident.objects.exists()


def test_an_auditor_with_another_role_can_declare() -> None:
    assert making.declared(people.person("Ann Both", "AUDITOR", "OWNER")).pk


def test_a_retired_workflow_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as caught:
        making.declared(workflow=making.workflow(stage=Stage.RETIRED))
    assert "retired" in caught.value.message_dict["workflow"][0]
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": ""}, "summary"),
        ({"summary": "a\x00b"}, "summary"),
        ({"kind": "FIRE"}, "kind"),
        ({"detected_at": NOW + timedelta(minutes=1)}, "detected_at"),
        ({"detected_at": NOW.replace(tzinfo=None)}, "detected_at"),
        ({"inputs": {"harm": "TERRIBLE"}}, "harm"),
        ({"inputs": {"harm": ["SERIOUS"]}}, "harm"),
        ({"inputs": {"unsure": "yes"}}, "unsure"),
        ({"inputs": {"mood": "bad"}}, "mood"),
    ],
)
def test_what_cannot_be_is_refused_by_field(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        making.declared(**fields)
    assert list(caught.value.message_dict) == [name]
    assert not Incident.objects.exists()


def test_history_says_who_declared_and_why() -> None:
    incident = making.declared()
    row: Any = incident.history.latest()
    assert (row.history_user_id, row.history_change_reason) == (incident.declared_by_id, "Declared")


def test_the_timeline_begins_with_the_declaration() -> None:
    incident = making.declared()
    first = TimelineEntry.objects.filter(incident=incident).order_by("id").first()
    assert first is not None
    assert first.kind == "DECLARED"
    assert first.is_automatic


def test_owners_and_responders_are_told_once_and_the_declarer_is_not() -> None:
    rae, other = people.responder(), people.responder("Rob Responder")
    incident = making.declared(rae)
    told = set(
        Notice.objects.filter(key__startswith=f"incident-{incident.pk}-declared-").values_list("recipient", flat=True)
    )
    assert told == {people.owner().pk, other.pk}


def test_an_exercise_says_so_in_its_notices() -> None:
    people.responder("Rob Responder")
    making.declared(is_exercise=True)
    assert all(notice.subject.startswith("Exercise: ") for notice in Notice.objects.all())


def test_only_those_who_may_see_a_restricted_incident_are_told_and_mail_reveals_nothing() -> None:
    people.responder("Rob Responder")
    people.risk()
    making.declared(people.member(), is_restricted=True, title="Leak of salaries", summary="Names and salaries")
    mail = Mail.objects.get()
    assert mail.recipient == people.risk().email
    assert "salaries" not in mail.subject + mail.body
    assert "restricted incident needs you" in mail.body


def test_a_near_miss_waits_in_triage_without_a_severity() -> None:
    incident = making.near_miss()
    assert (incident.state, incident.category, incident.severity) == (State.TRIAGE, "NEAR_MISS", "")


def test_an_incident_cannot_be_reported_as_a_near_miss() -> None:
    with pytest.raises(ValidationError, match="near miss"):
        making.near_miss(category="INCIDENT")


def test_a_near_miss_promoted_is_an_open_incident_with_a_proposed_severity() -> None:
    incident = making.near_miss()
    rae = people.responder()
    moving.promote(incident, by=rae, at=making.after(5), inputs={"harm": "SERIOUS"}, reason="It did reach one.")
    incident = making.again(incident)
    held = lead_of(incident)
    assert (incident.state, incident.category, incident.severity) == (State.OPEN, "INCIDENT", "SEV-1")
    assert held is not None
    assert held.person == rae
    assert times.times_of(incident)[TimeKind.DECLARED] == making.after(5)


def test_a_near_miss_is_promoted_only_once() -> None:
    incident = making.near_miss()
    moving.promote(incident, by=people.responder(), at=NOW, inputs={}, reason="Worse than thought.")
    with pytest.raises(Conflict, match="already"):
        moving.promote(incident, by=people.responder(), at=NOW, inputs={}, reason="Again.")


def test_an_owner_who_promotes_must_name_a_lead_first() -> None:
    incident = making.near_miss(workflow=making.workflow())
    with pytest.raises(Conflict, match="no incident lead"):
        moving.promote(incident, by=people.owner(), at=NOW, inputs={}, reason="Worse than thought.")
    assert making.again(incident).category == "NEAR_MISS"


def test_a_near_miss_is_not_accepted_as_it_is() -> None:
    incident = making.near_miss()
    with pytest.raises(Conflict, match="Make it an incident"):
        moving.move(incident, "accept", by=people.responder(), at=NOW)


def test_a_member_cannot_promote() -> None:
    with pytest.raises(Refused):
        moving.promote(making.near_miss(), by=people.member(), at=NOW, inputs={}, reason="Please.")


def test_similar_incidents_are_live_ones_of_the_workflow_or_with_the_same_words() -> None:
    here = making.declared(title="Payments wrong")
    there = making.declared(workflow=None, title="Refunds doubled again")
    unlike = making.declared(workflow=None, title="Letters unreadable", summary="Blank pages.")
    found = set(declaring.similar_open(here.workflows.get(), "refunds appear doubled"))
    assert found == {here, there}
    assert unlike not in found


def test_similar_incidents_leave_out_restricted_ones_the_person_may_not_see() -> None:
    hidden = making.declared(is_restricted=True)
    workflow = hidden.workflows.get()
    assert hidden not in declaring.similar_open(workflow, "refunds")
    assert hidden not in declaring.similar_open(workflow, "refunds", user=people.member())
    assert hidden in declaring.similar_open(workflow, "refunds", user=people.risk())


def test_similar_incidents_survive_any_text() -> None:
    assert not declaring.similar_open(None, "'!&|:* <script> ((").exists()
