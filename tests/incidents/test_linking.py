"""Incidents that belong together, and one split in two."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from incidents.models import Incident, IncidentLink, TimelineEntry
from incidents.services import concerning, containment, linking, restricting, splitting, timeline
from incidents.services import people as roles
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import User
from tests import people
from tests.api.clients import client_of as api_of
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def texts(incident: Incident) -> str:
    return "\n".join(TimelineEntry.objects.filter(incident=incident).values_list("text", flat=True))


def linked(kind: str = "CAUSED_BY") -> tuple[Incident, Incident, IncidentLink]:
    one, other = making.declared(), making.declared(title="The cause")
    made = linking.link(one, to=other, kind=kind, by=people.responder(), at=after(5), note="Same release.")
    return one, other, made


def test_a_link_reads_from_both_rooms() -> None:
    one, other, made = linked()
    client = client_of(people.member())
    here = client.get(f"/incidents/{one.pk}/related/").content.decode()
    assert "Caused by" in here
    assert "The cause" in here
    assert "Cause of" in client.get(f"/incidents/{other.pk}/related/").content.decode()
    assert "Cause of another incident" in texts(other)
    with pytest.raises(Conflict, match="already"):
        linking.link(one, to=other, kind="CAUSED_BY", by=people.responder(), at=after(6))
    with pytest.raises(Refused, match="Only responders"):
        linking.unlink(made, by=people.member(), at=after(6), reason="No.")
    linking.unlink(made, by=people.responder(), at=after(7), reason="Another release.")
    assert not IncidentLink.objects.exists()
    assert "No longer linked to another incident" in texts(other)


def test_an_incident_is_not_linked_to_itself_nor_an_exercise_to_what_is_real() -> None:
    one, drill = making.declared(), making.declared(is_exercise=True)
    for to in (one, drill):
        with pytest.raises(ValidationError):
            linking.link(one, to=to, kind="RELATED", by=people.responder(), at=after(5))
    assert not IncidentLink.objects.exists()


def test_a_restricted_incident_is_shown_only_to_those_who_may_see_it() -> None:
    """Not in the list, the timeline or the API of the other, nor by what the form says to whoever guesses."""
    one, secret = making.declared(), making.declared(title="Salaries leaked", is_restricted=True)
    linking.link(one, to=secret, kind="RELATED", by=people.risk(), at=after(5))
    outsider = people.responder("Rob Responder")
    client = client_of(outsider)
    for url in (f"/incidents/{one.pk}/related/", f"/incidents/{one.pk}/", f"/incidents/{one.pk}/history/"):
        page = client.get(url).content.decode()
        assert "Salaries" not in page, url
        assert secret.reference not in page, url
    assert api_of(outsider).get(f"/api/v1/incidents/{one.pk}/links/").json()["results"] == []
    answer = client.post(f"/incidents/{one.pk}/related/new/", {"kind": "RELATED", "to": secret.reference})
    assert "no incident with this number" in answer.content.decode()
    assert "Salaries" in client_of(people.risk()).get(f"/incidents/{one.pk}/related/").content.decode()
    restricting.restrict(one, by=people.risk(), at=after(8), reason="Names.")
    assert client.get(f"/incidents/{one.pk}/related/").status_code == 404


def test_what_is_restricted_later_was_never_named_in_the_room_of_another() -> None:
    one, other = making.declared(), making.declared(title="Salaries leaked")
    made = linking.link(one, to=other, kind="RELATED", by=people.risk(), at=after(5))
    linking.unlink(made, by=people.risk(), at=after(6), reason="Not so.")
    linking.link(other, to=one, kind="CAUSED_BY", by=people.risk(), at=after(7))
    restricting.restrict(other, by=people.risk(), at=after(8), reason="Names.")
    client = client_of(people.responder("Rob Responder"))
    for url in (f"/incidents/{one.pk}/related/", f"/incidents/{one.pk}/", f"/incidents/{one.pk}/history/"):
        assert other.reference not in client.get(url).content.decode(), url
    entries = api_of(people.responder("Rob Responder")).get(f"/api/v1/incidents/{one.pk}/timeline/").content.decode()
    assert other.reference not in entries
    assert '"linked"' not in entries


def test_a_lead_without_another_role_splits_off_several_workflows() -> None:
    lead = people.member("Lea Lead")
    workflows = [making.workflow(name) for name in ("Letters", "Refunds", "Claims")]
    incident = making.declared(workflow=workflows[0])
    for each in workflows[1:]:
        concerning.add_workflow(incident, each, by=incident.declared_by, at=after(2))
    held = incident.assignments.get(role="LEAD")
    roles.assign(
        incident, role="LEAD", person=lead, by=incident.declared_by, at=after(3), reason="Shift", instead_of=held
    )
    roles.accept(incident.assignments.get(role="LEAD", person=lead), by=lead, at=after(4))
    new = splitting.split(
        making.again(incident), by=lead, at=after(5), title="T", summary="S", workflows=workflows[1:], reason="R"
    )
    assert new.workflows.count() == 2
    assert new.assignments.get(role="LEAD").person == lead


def two_workflows() -> tuple[Incident, Any, Any]:
    first, second = making.workflow("Letters"), making.workflow("Refunds")
    incident = making.declared(workflow=first)
    concerning.add_workflow(incident, second, by=incident.declared_by, at=after(3))
    return incident, first, second


def test_a_split_takes_workflows_and_copies_and_leaves_the_rest_where_it_is() -> None:
    incident, first, second = two_workflows()
    lead = incident.declared_by
    entry = timeline.post(incident, by=lead, at=after(4), text="Refunds fail by themselves.", occurred_at=after(2))
    frozen = incident.snapshots.count()
    new = splitting.split(
        incident, by=lead, at=after(10), title="Refunds fail", summary="Another fault.", workflows=[second],
        entries=[entry], reason="Two faults.",
    )  # fmt: skip
    assert [each.pk for each in new.workflows.all()] == [second.pk]
    assert [each.pk for each in making.again(incident).workflows.all()] == [first.pk]
    copy = TimelineEntry.objects.get(incident=new, text__startswith="Refunds fail by themselves.")
    assert f"Copied from entry {entry.pk}, where this was split off, by Rae Responder" in copy.text
    assert copy.occurred_at == entry.occurred_at
    assert TimelineEntry.objects.get(pk=entry.pk).incident_id == incident.pk
    assert incident.snapshots.count() == frozen
    assert new.severity == incident.severity
    assert IncidentLink.objects.get().kind == "SPLIT_FROM"
    with pytest.raises(Conflict, match="stays"):
        linking.unlink(IncidentLink.objects.get(), by=people.risk(), at=after(11), reason="No.")


def test_a_split_goes_no_further_than_the_incident_and_stays_as_restricted() -> None:
    incident, first, second = two_workflows()
    given = {"at": after(10), "title": "T", "summary": "S", "reason": "R"}
    for chosen in ([], [first, second], [making.workflow("Elsewhere")]):
        with pytest.raises(ValidationError):
            splitting.split(incident, by=incident.declared_by, workflows=chosen, **given)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        splitting.split(incident, by=people.responder("Rob Responder"), workflows=[second], **given)  # type: ignore[arg-type]
    restricting.restrict(incident, by=people.risk(), at=after(9), reason="Names.")
    new = splitting.split(incident, by=people.risk(), workflows=[first], **given)  # type: ignore[arg-type]
    assert new.is_restricted
    assert making.again(incident).links.get(is_primary=True).workflow_id == second.pk


def test_what_was_contained_here_stays_concerned_here() -> None:
    incident, first, second = two_workflows()
    option = making.option(first)

    containment.execute(incident, option, by=incident.declared_by, at=after(6), reason="Stop.")
    splitting.split(
        incident, by=incident.declared_by, at=after(10), title="T", summary="S", workflows=[first], reason="R"
    )
    assert {each.pk for each in making.again(incident).workflows.all()} == {first.pk, second.pk}


def test_programs_and_pages_split_alike() -> None:
    incident, _first, second = two_workflows()
    page = client_of(incident.declared_by).get(f"/incidents/{incident.pk}/split/")
    assert "Refunds" in page.content.decode()
    given = {"title": "Refunds fail", "summary": "Another.", "workflows": [second.pk], "reason": "Two faults."}
    answer = api_of(incident.declared_by).post(f"/api/v1/incidents/{incident.pk}/links/split/", given, format="json")
    assert answer.status_code == 201, answer.content
    listed = api_of(people.member()).get(f"/api/v1/incidents/{incident.pk}/links/").json()["results"]
    assert listed[0]["incident"]["id"] == answer.json()["id"]
