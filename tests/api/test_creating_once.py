"""Idempotency keys: sending the same again does nothing twice."""

from io import BytesIO
from typing import Any

import pytest

from incidents.models import Evidence
from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import incident_of, workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db
URL = f"{V1}/workflows/"
BODY = {"name": "Fraud scoring", "reason": "Inventory"}


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def keyed(key: str) -> Any:
    return {"Idempotency-Key": key}


def test_the_same_key_and_content_give_the_first_answer_again() -> None:
    client = client_of(people.risk())
    first = client.post(URL, BODY, headers=keyed("k1"))
    again = client.post(URL, dict(reversed(BODY.items())), headers=keyed("k1"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Workflow.objects.filter(name=BODY["name"]).count() == 1


def test_the_same_key_with_other_content_is_a_conflict() -> None:
    client = client_of(people.risk())
    client.post(URL, BODY, headers=keyed("k1"))
    answer = client.post(URL, {**BODY, "name": "Another"}, headers=keyed("k1"))
    assert problem_of(answer, 409)["type"].endswith("idempotency-key-reused")


def test_a_refused_attempt_does_not_use_up_its_key() -> None:
    client = client_of(people.risk())
    problem_of(client.post(URL, {"name": "Fraud scoring"}, headers=keyed("k1")), 422)
    assert client.post(URL, BODY, headers=keyed("k1")).status_code == 201


def test_keys_belong_to_one_person_and_one_address() -> None:
    incident = incident_of(workflow_of(people.owner()), people.responder())
    one, other = client_of(people.risk()), client_of(people.risk("Second Risk"))
    assert one.post(URL, BODY, headers=keyed("k1")).status_code == 201
    assert other.post(URL, BODY, headers=keyed("k1")).status_code == 201
    timeline = f"{V1}/incidents/{incident.pk}/timeline/"
    assert one.post(timeline, {"text": "Looking"}, headers=keyed("k1")).status_code == 201
    assert Workflow.objects.filter(name=BODY["name"]).count() == 2


def test_an_impossible_key_is_refused() -> None:
    client = client_of(people.risk())
    for key in ("x" * 65, "with space", "ümlaut"):
        problem_of(client.post(URL, BODY, headers=keyed(key)), 400)


def test_a_file_is_told_apart_by_its_bytes() -> None:
    incident = incident_of(workflow_of(people.owner()), people.responder())
    client = client_of(people.responder())
    url = f"{V1}/incidents/{incident.pk}/evidence/"
    about = {"kind": "TRACE", "title": "T", "method": "Export", "source": "S", "collected_at": "2024-05-01T10:00:00Z"}

    def sent(content: bytes) -> Any:
        file = BytesIO(content)
        file.name = "trace.txt"
        return client.post(url, {**about, "file": file}, format="multipart", headers=keyed("f1"))

    first = sent(b"one trace")
    assert first.status_code == 201
    assert sent(b"one trace").json() == first.json()
    problem_of(sent(b"another trace"), 409)
    assert Evidence.objects.filter(incident=incident).count() == 1
