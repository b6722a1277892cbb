"""Roles in the room: taken, handed over with a reason, given up, and never held by two."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import RoleAssignment, TimelineEntry
from incidents.services import moving
from incidents.services import people as roles
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Notice
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db


def test_whoever_is_assigned_is_told_and_accepts() -> None:
    incident = making.declared()
    made = roles.assign(incident, role="TECHNICAL", person=people.owner(), by=incident.declared_by, at=after(5))
    assert made.accepted_at is None
    assert Notice.objects.filter(recipient=people.owner(), key__contains=f"role-{made.pk}").exists()
    assert roles.accept(made, by=people.owner(), at=after(6)).accepted_at == after(6)


def test_taking_a_role_oneself_is_accepting_it() -> None:
    incident = making.declared(people.member())
    made = roles.assign(incident, role="LEAD", person=people.responder(), by=people.responder(), at=after(5))
    assert made.accepted_at == after(5)


def test_only_the_person_assigned_accepts() -> None:
    incident = making.declared()
    made = roles.assign(incident, role="TECHNICAL", person=people.owner(), by=incident.declared_by, at=after(5))
    with pytest.raises(Refused, match="Only the person"):
        roles.accept(made, by=people.risk(), at=after(6))


def test_a_role_that_is_held_is_not_given_away_without_a_reason() -> None:
    incident = making.declared()
    with pytest.raises(Conflict, match="Rae Responder holds"):
        roles.assign(incident, role="LEAD", person=people.risk(), by=people.risk(), at=after(5))


def test_a_hand_over_ends_one_assignment_and_begins_another() -> None:
    incident = making.declared()
    made = roles.assign(
        incident, role="LEAD", person=people.risk(), by=incident.declared_by, at=after(5), reason="End of shift."
    )
    former = RoleAssignment.objects.get(incident=incident, ended_at__isnull=False)
    assert (former.person, former.ended_at, former.end_reason) == (incident.declared_by, after(5), "End of shift.")
    assert made.person == people.risk()
    assert "in place of Rae Responder" in TimelineEntry.objects.filter(kind="ROLE").latest("id").text


def test_a_hand_over_from_somebody_who_no_longer_holds_the_role_is_a_conflict() -> None:
    incident = making.declared()
    seen = incident.assignments.get()
    roles.assign(incident, role="LEAD", person=people.risk(), by=people.risk(), at=after(5), reason="Shift.")
    with pytest.raises(Conflict, match="Meanwhile Rita Risk"):
        roles.assign(
            incident,
            role="LEAD",
            person=people.owner(),
            by=people.risk(),
            at=after(6),
            reason="Shift.",
            instead_of=seen,
        )


def test_whoever_holds_a_role_is_not_assigned_it_again() -> None:
    incident = making.declared()
    with pytest.raises(Conflict, match="already holds"):
        roles.assign(incident, role="LEAD", person=incident.declared_by, by=people.risk(), at=after(5), reason="Again.")


@pytest.mark.parametrize("who", ["auditor", "gone"])
def test_auditors_and_people_who_left_get_no_role(who: str) -> None:
    person = people.auditor() if who == "auditor" else people.person("Gus Gone")
    if who == "gone":
        person.is_active = False
        person.save()
    incident = making.declared()
    with pytest.raises(ValidationError) as caught:
        roles.assign(incident, role="SCRIBE", person=person, by=incident.declared_by, at=after(5))
    assert "person" in caught.value.message_dict


def test_an_unknown_role_is_refused() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        roles.assign(incident, role="KING", person=people.owner(), by=incident.declared_by, at=after(5))


def test_once_there_is_a_lead_other_responders_do_not_assign() -> None:
    incident = making.declared()
    with pytest.raises(Refused, match="lead or risk staff"):
        roles.assign(incident, role="SCRIBE", person=people.owner(), by=people.responder("Rob Responder"), at=after(5))


def test_a_member_assigns_nobody() -> None:
    incident = making.declared(people.member())
    with pytest.raises(Refused):
        roles.assign(incident, role="LEAD", person=people.member(), by=people.member(), at=after(5))


def test_a_lead_who_steps_down_leaves_the_room_without_one_and_responders_hear_of_it() -> None:
    incident = making.declared()
    other = people.responder("Rob Responder")
    held = incident.assignments.get()
    ended: Any = roles.relieve(held, by=incident.declared_by, at=after(5), reason="End of shift.")
    assert ended.history.latest().history_change_reason == "End of shift."
    assert Notice.objects.filter(recipient=other, subject__contains="has no lead").exists()


def test_giving_up_a_role_needs_a_reason() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        roles.relieve(incident.assignments.get(), by=incident.declared_by, at=after(5), reason="")


def test_a_role_is_given_up_only_once() -> None:
    incident = making.declared()
    held = incident.assignments.get()
    roles.relieve(held, by=people.risk(), at=after(5), reason="Shift.")
    with pytest.raises(Conflict, match="ended before"):
        roles.relieve(held, by=people.risk(), at=after(6), reason="Shift.")
    with pytest.raises(Conflict, match="ended before"):
        roles.accept(held, by=incident.declared_by, at=after(6))


def test_others_do_not_relieve() -> None:
    incident = making.declared()
    with pytest.raises(Refused):
        roles.relieve(incident.assignments.get(), by=people.owner(), at=after(5), reason="I want it.")


def test_nobody_is_assigned_once_the_incident_is_over() -> None:
    incident = making.declared()
    moving.move(incident, "decline", by=incident.declared_by, at=NOW, reason="No.")
    with pytest.raises(Conflict, match="Reopen"):
        roles.assign(incident, role="SCRIBE", person=people.owner(), by=incident.declared_by, at=after(5))
