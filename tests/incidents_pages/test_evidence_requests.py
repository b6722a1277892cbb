"""Asking, answering, redacting and pushing evidence, by page and by API: the same service, the same refusals."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Evidence, EvidenceRequest, Incident
from incidents.services import evidence, evidence_requests, restricting
from registry.models import User
from tests import people
from tests.api.clients import client_of, problem_of
from tests.incidents import making
from tests.incidents_pages.conftest import SignIn

pytestmark = pytest.mark.django_db
SECRET = "Claim of Ada Lovelace\n"


def asked(incident: Incident, now: datetime, person: User | None = None, **fields: Any) -> EvidenceRequest:
    given = {"item": "OUTPUT", "reason": "Before it is gone", "due_at": now + timedelta(hours=1), **fields}
    return evidence_requests.ask(incident, person=person or people.member(), by=people.responder(), at=now, **given)


def test_somebody_is_asked_from_the_checklist_and_it_stands_there_and_on_their_start_page(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    client, member = as_user(people.responder()), people.member()
    page = f"/incidents/{incident.pk}/evidence/"
    assert f'href="{page}ask/?item=OUTPUT"' in client.get(page).content.decode()
    form = client.get(f"{page}ask/?item=OUTPUT").content.decode()
    assert '<option value="OUTPUT" selected' in form
    due = (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"person": member.pk, "item": "OUTPUT", "wanted": "", "reason": "", "due_at": due}
    refused = client.post(f"{page}ask/", given)
    assert refused.status_code == 422
    assert client.post(f"{page}ask/", given | {"reason": "Before it is gone"}).status_code == 302
    assert f"asked of {member.name}, due" in client.get(page).content.decode()
    request = EvidenceRequest.objects.get()
    assert request.get_absolute_url() in as_user(member).get("/").content.decode()


def test_the_page_says_there_is_none_and_the_asker_sends_it_back(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    url = asked(incident, now).get_absolute_url()
    member, lead = as_user(people.member()), as_user(people.responder())
    assert member.post(f"{url}none/", {"answer": "NONE", "note": ""}).status_code == 422
    assert member.post(f"{url}none/", {"answer": "NONE", "note": "Nothing is logged."}).status_code == 302
    assert member.post(f"{url}accept/").status_code == 403
    due = (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    lead.post(f"{url}send-back/", {"reason": "The queue logs it.", "due_at": due})
    text = member.get(url).content.decode()
    assert "The queue logs it." in text
    assert "Hand it in" in text
    assert as_user(people.executive()).get(url).content.decode().count("Only the person who was asked") == 1


def test_the_api_asks_takes_in_and_accepts_by_the_same_rules(incident: Incident, now: datetime) -> None:
    lead, member = client_of(people.responder()), client_of(people.member())
    body = {"person": people.member().pk, "wanted": "The queue log", "kind": "INTERACTION_LOG", "reason": "Order"}
    made = lead.post(f"/api/v1/incidents/{incident.pk}/evidence-requests/", body, format="json").json()
    url = f"/api/v1/evidence-requests/{made['id']}/"
    assert [row["id"] for row in member.get("/api/v1/evidence-requests/?mine=true").json()["results"]] == [made["id"]]
    piece = member.post(f"{url}hand-in/", {"note": "18:40 declined", "source": "Queue"}, format="json")
    assert (piece.status_code, piece.json()["title"], piece.json()["request"]) == (201, "The queue log", made["id"])
    problem_of(member.post(f"{url}accept/", {}, format="json"), 403)
    assert lead.post(f"{url}accept/", {}, format="json").json()["status"] == "ACCEPTED"
    problem_of(lead.post(f"{url}withdraw/", {"reason": "Why not"}, format="json"), 409)


def test_requests_of_a_restricted_incident_exist_for_nobody_outside(incident: Incident, now: datetime) -> None:
    request = asked(incident, now, person=people.responder())
    restricting.restrict(incident, by=people.responder(), at=now, reason="Names")
    outside = client_of(people.member())
    assert outside.get("/api/v1/evidence-requests/").json()["results"] == []
    problem_of(outside.get(f"/api/v1/evidence-requests/{request.pk}/"), 404)


def test_a_copy_is_shown_made_and_approved_by_two_people_and_then_read_by_all(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    piece = evidence.add_file(
        incident, by=people.responder(), upload=making.upload(SECRET.encode(), "ada.txt"),
        **making.about(at=now, collected_at=now, title="Ada", is_restricted=True),
    )  # fmt: skip
    lead, url = as_user(people.responder()), f"/evidence/{piece.pk}/redact/"
    given = {"passage": ["ada lovelace", ""], "passage_reason": ["name", ""], "title": "Claim", "reason": "Report"}
    shown = lead.post(url, given | {"show": ""})
    assert shown.status_code == 200
    assert "<mark>▇▇▇ [name]</mark>" in shown.content.decode()
    wrong = lead.post(url, given | {"passage": ["Charles"], "passage_reason": [""]})
    assert (wrong.status_code, "does not stand in the text" in wrong.content.decode()) == (422, True)
    made = lead.post(url, given)
    copy = Evidence.objects.get(redaction_of=piece)
    assert made.headers["Location"] == f"/evidence/{copy.pk}/"
    assert lead.post(f"/evidence/copies/{copy.pk}/approve/", {"is_clean": "on"}).status_code == 403
    assert as_user(people.member()).get(f"/evidence/{copy.pk}/").status_code == 403
    as_user(people.risk()).post(f"/evidence/copies/{copy.pk}/approve/", {"is_clean": "on"})
    assert "Claim" in as_user(people.member()).get(f"/evidence/{copy.pk}/").content.decode()
    assert as_user(people.member()).get(f"/evidence/{piece.pk}/").status_code == 403


def test_a_pipeline_pushes_with_the_trace_of_its_call_and_the_page_leads_to_it(
    as_user: SignIn, incident: Incident, settings: Any
) -> None:
    settings.TRACE_LINK = "https://traces.example/trace/{trace_id}"
    client, trace = client_of(people.responder()), "4bf92f3577b34da6a3ce929d0e0e4736"
    url, body = f"/api/v1/incidents/{incident.pk}/evidence/push/", {"kind": "TRACE", "source": "otel"}
    header = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    first = client.post(url, body, format="json", headers=header)
    second = client.post(url, body, format="json", headers=header)
    assert (first.status_code, second.status_code, second.json()["is_new"]) == (201, 200, False)
    errors = problem_of(client.post(url, body | {"trace_id": "0" * 32}, format="json"), 422)["errors"]
    assert list(errors) == ["trace_id"]
    problem_of(client_of(people.member()).post(url, body, format="json"), 403)
    many = client.post(f"{url[:-5]}push-many/", {"items": [body | {"trace_id": "a" * 32}] * 2}, format="json").json()
    assert [row["is_new"] for row in many["results"]] == [True, False]
    found = client.get(f"/api/v1/evidence/?trace_id={trace.upper()}").json()["results"]
    assert [row["span_id"] for row in found] == ["00f067aa0ba902b7"]
    text = as_user(people.member()).get(f"/evidence/{found[0]['id']}/").content.decode()
    assert f'href="https://traces.example/trace/{trace}"' in text


def test_the_list_of_requests_costs_the_same_however_long_it_is(incident: Incident, now: datetime) -> None:
    client, url = client_of(people.responder()), f"/api/v1/incidents/{incident.pk}/evidence-requests/"
    asked(incident, now)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for item in ("INPUT", "PROMPT", "TOOLS"):
        asked(incident, now, item=item)
    with CaptureQueriesContext(connection) as four:
        assert len(client.get(url).json()["results"]) == 4
    assert len(four) == len(one)
