"""Who sees an incident: everyone, or the people named in it, risk staff and auditors."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident
from incidents.services import concerning, restricting, timeline
from incidents.services import people as roles
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Mail
from registry.models import User
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def sees(person: User, incident: Incident) -> bool:
    visible: Any = Incident.objects
    return bool(visible.visible_to(person).filter(pk=incident.pk).exists())


def test_restricting_shuts_out_everyone_without_a_part_in_it() -> None:
    incident = making.declared()
    roles.assign(incident, role="TECHNICAL", person=people.member("Tim Tech"), by=incident.declared_by, at=after(1))
    restricting.restrict(incident, by=incident.declared_by, at=after(5), reason="Names of customers.")
    for person in (incident.declared_by, people.member("Tim Tech"), people.risk(), people.auditor()):
        assert sees(person, incident)
    for person in (people.member(), people.owner(), people.executive(), people.responder("Rob Responder")):
        assert not sees(person, incident)


def test_whoever_is_shut_out_cannot_work_there_either() -> None:
    incident = making.declared(is_restricted=True)
    with pytest.raises(Refused, match="restricted"):
        timeline.post(incident, by=people.owner(), at=after(5), text="Hello.")


def test_letting_in_gives_sight_and_tells_the_person_discreetly() -> None:
    incident = making.declared(is_restricted=True, title="Salaries leaked")
    person = people.member()
    access = restricting.let_in(incident, person=person, by=incident.declared_by, at=after(5), reason="Knows the data.")
    assert sees(person, incident)
    assert access.granted_by == incident.declared_by
    mail = Mail.objects.get(recipient=person.email)
    assert "Salaries" not in mail.subject + mail.body


def test_seeing_is_not_working() -> None:
    incident = making.declared(is_restricted=True)
    restricting.let_in(incident, person=people.member(), by=people.risk(), at=after(5), reason="To read.")
    with pytest.raises(Refused, match="Only responders"):
        timeline.post(incident, by=people.member(), at=after(6), text="Hello.")


def test_lifting_shows_it_to_everyone_again() -> None:
    incident = making.declared(is_restricted=True)
    restricting.lift(incident, by=people.risk(), at=after(5), reason="Names removed.")
    assert sees(people.member(), incident)


def test_what_is_so_already_is_a_conflict() -> None:
    incident = making.declared()
    with pytest.raises(Conflict, match="already"):
        restricting.lift(incident, by=people.risk(), at=after(5), reason="Again.")
    with pytest.raises(Conflict, match="not restricted"):
        restricting.let_in(incident, person=people.member(), by=people.risk(), at=after(5), reason="To read.")


def test_nobody_is_let_in_twice() -> None:
    incident = making.declared(is_restricted=True)
    restricting.let_in(incident, person=people.member(), by=people.risk(), at=after(5), reason="To read.")
    with pytest.raises(Conflict, match="let in before"):
        restricting.let_in(incident, person=people.member(), by=people.risk(), at=after(5), reason="To read.")


def test_restricting_needs_a_reason_and_the_lead_or_risk_staff() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError):
        restricting.restrict(incident, by=people.risk(), at=after(5), reason="")
    with pytest.raises(Refused, match="lead or risk staff"):
        restricting.restrict(incident, by=people.owner(), at=after(5), reason="Secret.")


def test_history_says_who_restricted_and_why() -> None:
    incident: Any = making.declared()
    restricting.restrict(incident, by=people.risk(), at=after(5), reason="Names of customers.")
    row = incident.history.latest()
    assert (row.visibility, row.history_user_id, row.history_change_reason) == (
        "RESTRICTED",
        people.risk().pk,
        "Names of customers.",
    )


def test_a_workflow_found_later_is_added_and_becomes_the_primary() -> None:
    incident = making.declared(workflow=None)
    link = concerning.add_workflow(incident, making.workflow(), by=incident.declared_by, at=after(5))
    assert link.is_primary
    assert incident.snapshots.get().occasion == "ADDED"
    with pytest.raises(Conflict, match="already"):
        concerning.add_workflow(incident, link.workflow, by=incident.declared_by, at=after(6))
