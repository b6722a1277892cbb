"""An incident from declaration to recovery, and what is hidden of restricted ones."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from incidents.models import CustodyEvent
from registry.models import Restriction
from tests import people
from tests.api.clients import V1, client_of, problem_of, received
from tests.api.world import World, build, incident_of, workflow_of
from tests.shipped import restore
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
URL = f"{V1}/incidents/"


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_three_fields_declare_and_nobody_being_sure_makes_it_sev_2() -> None:
    workflow = workflow_of(people.owner())
    body = {"title": "Letters cite no policy", "summary": "Eleven since morning", "workflow": workflow.pk}
    made = client_of(people.member()).post(URL, body).json()
    assert (made["state"], made["severity"]) == ("OPEN", "SEV-2")
    assert made["workflows"][0]["id"] == workflow.pk
    assert {"DETECTED", "DECLARED"} <= set(made["times"])


def test_a_near_miss_has_no_severity_and_can_become_an_incident() -> None:
    workflow = workflow_of(people.owner())
    body = {"title": "Caught in review", "summary": "One letter", "workflow": workflow.pk}
    made = client_of(people.member()).post(f"{URL}near-miss/", body).json()
    assert (made["category"], made["severity"], made["state"]) == ("NEAR_MISS", "", "TRIAGE")
    client = client_of(people.responder())
    promoted = client.post(
        f"{URL}{made['id']}/promote/", {"reason": "It did reach somebody", "inputs": {"harm": "MATERIAL"}}
    )
    assert promoted.json()["category"] == "INCIDENT", promoted.content


def test_the_course_of_an_incident_through_the_api() -> None:
    world = build()
    client = client_of(world.responder)
    url = f"{URL}{world.incident.pk}/"
    judged = client.post(f"{url}severity-assessments/", {"inputs": {"harm": "MATERIAL"}, "confirmed": "SEV-2"})
    assert judged.status_code == 201, judged.content
    steps = {step["verb"]: step for step in client.get(f"{url}steps/").json()}
    assert steps["contain"]["unmet"]
    assert problem_of(client.post(f"{url}move/contain/"), 409)["type"].endswith("gate-not-met")
    carried_out = f"{url}containment-actions/{world.keys['containment-actions']}/"
    assert client.post(f"{carried_out}confirm/", {"proof": "No letter left since"}).json()["status"] == "CONFIRMED"
    shown = client.get(url).json()
    assert shown["state"] == "CONTAINED"
    assert shown["durations"]["contain"] is not None
    assert [row["verb"] for row in client.get(f"{url}passages/").json()["results"]] == ["contain"]
    entry = client.post(f"{url}timeline/", {"text": "Root cause found", "kind": "OBSERVATION"}).json()
    corrected = client.post(f"{url}timeline/{entry['id']}/correct/", {"text": "Root cause suspected"}).json()
    assert corrected["supersedes"] == entry["id"]
    assert client.get(f"{url}timeline/{entry['id']}/").json()["superseded_by"] == corrected["id"]


def test_facts_are_put_in_force_as_a_whole() -> None:
    incident = incident_of(workflow_of(people.owner()), people.responder())
    client = client_of(people.responder())
    version = client.get(f"{URL}{incident.pk}/").json()["version"]
    answer = client.put(f"{URL}{incident.pk}/facts/", {"facts": {"Letters": "11 of 240"}, "version": version})
    assert answer.json()["facts"] == {"Letters": "11 of 240"}
    stale = client.put(f"{URL}{incident.pk}/facts/", {"facts": {"Letters": "12 of 240"}, "version": version})
    assert problem_of(stale, 409)["differences"] == {"Letters": {"stored": "11 of 240", "sent": "12 of 240"}}


def test_a_file_becomes_evidence_with_its_hash_and_reading_it_is_on_record() -> None:
    world = build()
    client = client_of(world.responder)
    made = client.post(f"{URL}{world.incident.pk}/evidence/", a_file(b"line one\n"), format="multipart")
    assert made.status_code == 201, made.content
    piece = made.json()
    assert (piece["size"], piece["filename"]) == (9, "trace.txt")
    answer = client.get(f"{V1}/evidence/{piece['id']}/download/", headers={"Accept": "text/plain"})
    assert received(answer) == b"line one\n"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer.headers["Content-Disposition"]
    verified = client.post(f"{V1}/evidence/{piece['id']}/verify/").json()
    assert verified["custody"] == "VERIFIED"
    kinds = [row["kind"] for row in client.get(f"{V1}/evidence/{piece['id']}/custody/").json()["results"]]
    assert kinds == ["VERIFIED", "READ", "RECEIVED"]


@override_settings(EVIDENCE_MAX_BYTES=100)
def test_a_file_that_is_too_large_is_refused_and_nothing_kept() -> None:
    world = build()
    answer = client_of(world.responder).post(
        f"{URL}{world.incident.pk}/evidence/", a_file(b"x" * 500), format="multipart"
    )
    problem_of(answer, 413)
    assert not CustodyEvent.objects.exclude(evidence=world.keys["evidence"]).exists()


def test_what_is_not_evidence_is_refused_by_field() -> None:
    world = build()
    body = a_file(b"x") | {"collected_at": "2999-01-01T00:00:00Z"}
    answer = client_of(world.responder).post(f"{URL}{world.incident.pk}/evidence/", body, format="multipart")
    assert set(problem_of(answer, 422)["errors"]) == {"collected_at"}
    program = a_file(b"\x7fELF" + b"\0" * 60)
    answer = client_of(world.responder).post(f"{URL}{world.incident.pk}/evidence/", program, format="multipart")
    assert set(problem_of(answer, 422)["errors"]) == {"file"}


def test_nobody_approves_what_they_drafted() -> None:
    world = build()
    url = f"{URL}{world.incident.pk}/communications/{world.keys['communications']}/"
    problem_of(client_of(world.responder).post(f"{url}approve/", {"version": 1}), 403)
    problem = problem_of(client_of(world.second).post(f"{url}approve/", {"version": 1}), 422)
    assert set(problem["errors"]) == {"note"}
    first = client_of(world.second).post(f"{url}approve/", {"version": 1, "note": "An apology"}).json()
    assert (first["status"], first["waits_for"], first["approvals"][0]["role"]) == (
        "DRAFT", ["COMMUNICATIONS"], "LEGAL",
    )  # fmt: skip
    sentence = client_of(world.risk).get(f"{url}sentences/").json()[0]
    assert sentence["is_open"]
    about = {"sentence": sentence["key"], "kind": "NOTHING", "reason": "An apology"}
    assert client_of(world.risk).post(f"{url}tie/", about).status_code == 201
    assert client_of(world.risk).post(f"{url}approve/", {"version": 1}).json()["status"] == "APPROVED"
    assert client_of(world.responder).post(f"{url}mark-sent/", {"channel": "e-mail"}).json()["status"] == "SENT"


def test_who_is_owed_a_message_is_told_and_what_decides_it_is_taken() -> None:
    world = build()
    url = f"{URL}{world.incident.pk}/communications/"
    severity = {"inputs": {"harm": "SERIOUS"}, "confirmed": "SEV-1"}
    client_of(world.risk).post(f"{URL}{world.incident.pk}/severity-assessments/", severity)
    word = {"audience": "PARTNERS", "is_reached": True, "note": "A broker called."}
    assert client_of(world.responder).post(f"{url}reached/", word).status_code == 201
    told = {line["audience"]: line for line in client_of(world.responder).get(f"{url}owed/").json()}
    assert (told["PARTNERS"]["duty"], told["PARTNERS"]["standing"]) == ("OWED", "NOTHING")
    assert (told["STAFF"]["is_overdue"], told["STAFF"]["is_reached"]) == (False, None)
    said = {"audience": "PARTNERS", "reason": "They were told by telephone."}
    decided = client_of(world.second).post(f"{url}decide-not-to/", said).json()
    problem_of(client_of(world.second).post(f"{url}{decided['id']}/confirm/"), 403)
    assert client_of(world.risk).post(f"{url}{decided['id']}/confirm/").status_code == 200
    problem_of(client_of(world.risk).post(f"{url}{decided['id']}/send-back/", {"version": 1, "reason": "No"}), 409)


def test_the_list_takes_the_filters_of_the_page() -> None:
    incident_of(workflow_of(people.owner()), people.responder(), "Refunds paid twice")
    incident_of(None, people.responder(), "Letters cite no policy", is_exercise=True)
    client = client_of(people.member())

    def titles(query: str) -> list[str]:
        return [row["title"] for row in client.get(f"{URL}?{query}").json()["results"]]

    assert titles("q=refunds") == ["Refunds paid twice"]
    assert titles("exercise=no") == ["Refunds paid twice"]
    assert titles("severity=SEV-1") == []
    problem_of(client.get(f"{URL}?state=GONE"), 422)


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    client = client_of(people.member())
    client.get(URL)
    workflow = workflow_of(people.owner())
    for number in range(8):
        incident_of(workflow, people.responder(), f"Incident {number}")
    with django_assert_max_num_queries(4):
        assert len(client.get(URL).json()["results"]) == 8


@pytest.fixture
def secret() -> World:
    """The world, with its incident restricted to those who were in it."""
    world = build()
    answer = client_of(world.risk).post(f"{URL}{world.incident.pk}/restrict/", {"reason": "Names of customers"})
    assert answer.json()["visibility"] == "RESTRICTED"
    return world


def test_a_restricted_incident_leaves_no_trace_for_others(secret: World) -> None:
    client = client_of(people.member())
    for url in (
        URL,
        f"{URL}?q=letters",
        f"{V1}/evidence/",
        f"{V1}/evidence/?q=trace",
        f"{V1}/reviews/",
        f"{V1}/documents/",
        f"{V1}/action-items/",
        f"{V1}/notices/",
    ):
        assert client.get(url).json()["results"] == [], url
    assert client.get(f"{V1}/workflows/?incident=open").json()["results"] == []
    for part in ("", "timeline/", "evidence/", "history/", "moments/", "roles/", "snapshots/", "passages/", "steps/"):
        problem_of(client.get(f"{URL}{secret.incident.pk}/{part}"), 404)
    for noun in ("evidence", "reviews", "documents", "action-items"):
        problem_of(client.get(f"{V1}/{noun}/{secret.keys[noun]}/"), 404)
    body = {
        "title": "T",
        "category": "TRAINING",
        "assignee": 1,
        "due_date": "2999-01-01",
        "incident": secret.incident.pk,
    }
    errors = problem_of(client_of(people.owner("Other Owner")).post(f"{V1}/action-items/", body), 422)["errors"]
    assert "does not exist" in errors["incident"][0]
    history = client.get(f"{V1}/workflows/{secret.workflow.pk}/history/").content.decode()
    assert secret.incident.title not in history
    assert secret.incident.reference not in history
    open_then = Restriction.history.filter(incident_reference=secret.incident.reference).latest("history_date")
    at = (open_then.history_date + timedelta(microseconds=1)).isoformat()
    page = signed_in(people.member()).get(f"/workflows/{secret.workflow.pk}/control/", {"at": at}, follow=True)
    assert page.status_code == 200
    assert secret.incident.reference not in page.content.decode()


def test_who_owes_an_item_of_a_restricted_incident_sees_the_item_and_not_the_incident(secret: World) -> None:
    assert secret.owner not in {a.person for a in secret.incident.assignments.all()}
    item = client_of(secret.owner).get(f"{V1}/action-items/{secret.keys['action-items']}/").json()
    assert item["incident"] is None
    assert client_of(secret.risk).get(f"{V1}/action-items/{item['id']}/").json()["incident"]["id"] == secret.incident.pk


def test_who_was_let_in_sees_it(secret: World) -> None:
    member = people.member()
    problem_of(client_of(member).get(f"{URL}{secret.incident.pk}/"), 404)
    let_in = {"person": member.pk, "reason": "Knows the customer"}
    assert client_of(secret.risk).post(f"{URL}{secret.incident.pk}/let-in/", let_in).status_code == 201
    assert client_of(member).get(f"{URL}{secret.incident.pk}/").status_code == 200


def test_restricted_evidence_shows_others_only_that_it_is_there() -> None:
    world = build()
    body = a_file(b"secret lines") | {"is_restricted": "true", "title": "Customer names", "note": "who they are"}
    made = client_of(world.responder).post(f"{URL}{world.incident.pk}/evidence/", body, format="multipart").json()
    client = client_of(people.member())
    for url in (
        f"{V1}/evidence/{made['id']}/",
        f"{URL}{world.incident.pk}/evidence/",
        f"{URL}{world.incident.pk}/history/",
    ):
        told = client.get(url).content.decode()
        assert "Customer names" not in told, url
        assert "who they are" not in told, url
        assert made["sha256"] not in told, url
    assert client.get(f"{V1}/evidence/{made['id']}/").json()["is_readable"] is False
    problem_of(client.get(f"{V1}/evidence/{made['id']}/download/"), 403)
    problem_of(client.get(f"{V1}/evidence/{made['id']}/custody/"), 403)
    assert "Customer names" not in client.get(f"{URL}{world.incident.pk}/timeline/").content.decode()


def a_file(content: bytes) -> dict[str, Any]:
    file = BytesIO(content)
    file.name = "trace.txt"
    return {
        "file": file,
        "kind": "TRACE",
        "title": "Trace",
        "method": "Export",
        "source": "Tracing",
        "collected_at": timezone.now().isoformat(),
    }
