"""Affected outputs and backlog by the API: the same refusals as the pages, and nothing of restricted incidents."""

from io import BytesIO

import pytest
from django.utils import timezone

from incidents.models import AffectedOutput, Incident
from incidents.services import restricting
from registry.kernel.http.moments import written
from tests import people
from tests.api.clients import V1, client_of, problem_of, received
from tests.api.world import incident_of, workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    restore()
    return incident_of(workflow_of(people.owner()), people.responder())


def url(incident: Incident, tail: str) -> str:
    return f"{V1}/incidents/{incident.pk}/{tail}/"


def test_a_list_is_brought_in_decided_and_put_right(incident: Incident) -> None:
    client, outputs = client_of(people.responder()), url(incident, "affected-outputs")
    rows = [{"id": f"CL-{n}", "segment": "North" if n % 2 else "South", "score": n} for n in range(6)]
    made = client.post(url(incident, "output-lists"), {"rows": rows}).json()
    assert (made["added"], made["status"]) == (6, "DONE")
    file = BytesIO(b'{"id": "CL-1"}\n{"id": "CL-9"}\n')
    file.name = "more.jsonl"
    sent = client.post(url(incident, "output-lists"), {"file": file}, format="multipart").json()
    assert (sent["added"], sent["known"]) == (1, 1)
    wrong = client.post(url(incident, "output-lists"), {"rows": [{"id": "x"}, {"link": "y"}]})
    assert "Line 2" in str(problem_of(wrong, 422))
    first = client.get(outputs + "?segment=South&q=CL-0").json()["results"][0]
    assert first["attributes"] == {"score": 0}
    done = client.post(f"{outputs}{first['id']}/decide/", {"decision": "AMBIGUOUS", "seen": "UNDECIDED"})
    assert done.json()["decision"] == "AMBIGUOUS"
    problem_of(client.post(f"{outputs}{first['id']}/decide/", {"decision": "AFFECTED"}), 403)
    where = {"where": {"segment": "North"}, "decision": "AFFECTED", "remedy": "CORRECTION", "reason": "All."}
    assert client.post(outputs + "decide-many/", where | {"dry_run": True}).json() == {"count": 3}
    assert client.post(outputs + "decide-many/", where | {"expected": 3}).json() == {"count": 3}
    problem_of(client.post(outputs + "decide-many/", {"decision": "AFFECTED", "reason": "All."}), 422)
    misspelt = {"where": {"segmnet": "North"}, "note": "Sent."}
    assert "segmnet" in str(problem_of(client.post(outputs + "put-right/", misspelt), 422))
    assert client.post(outputs + "put-right/", {"refs": ["CL-1"], "note": "Sent."}).json() == {"count": 1}
    assert client.get(outputs + "summary/").json()["owed"] == 2
    assert received(client.get(outputs + "export/?owed=yes")).count(b"\r\n") == 3


def test_shares_and_a_sample(incident: Incident) -> None:
    lead, risk = people.responder(), people.risk()
    client, outputs = client_of(lead), url(incident, "affected-outputs")
    client.post(url(incident, "output-lists"), {"rows": [{"id": str(n)} for n in range(5)]})
    given = client.post(outputs + "divide/", {"where": {}, "people": [lead.pk, risk.pk]}).json()
    assert [share["count"] for share in given["shares"]] == [3, 2]
    assert len(client_of(risk).get(outputs + "?reviewer=me").json()["results"]) == 2
    assert client.get(url(incident, "output-sample")).json() == []
    assert client.post(url(incident, "output-sample"), {"size": 2, "seed": "7"}).json()["population"] == 5
    (estimate,) = client.get(url(incident, "output-sample")).json()
    assert (estimate["settled"], estimate["share"]) == (0, None)


def test_outputs_are_read_as_they_were(incident: Incident) -> None:
    client, outputs = client_of(people.responder()), url(incident, "affected-outputs")
    client.post(url(incident, "output-lists"), {"rows": [{"id": "CL-1"}]})
    row = AffectedOutput.objects.get()
    then = written(timezone.now())
    client.post(f"{outputs}{row.pk}/decide/", {"decision": "AFFECTED"})
    assert client.get(f"{outputs}{row.pk}/").json()["decision"] == "AFFECTED"
    assert client.get(f"{outputs}?at={then}").status_code == 200


def test_readings_are_pushed_and_say_when_the_queue_clears(incident: Incident) -> None:
    client, readings = client_of(people.responder()), url(incident, "backlog")
    pushed = {"queue": "By hand", "length": 100, "per_hour_in": 10, "per_hour_out": 60}
    assert client.post(readings, pushed).json()["source"] == "PROGRAM"
    (queue,) = client.get(readings + "outlook/").json()
    assert (queue["trend"], queue["clearing"], queue["net"]) == ("SHRINKING", "AT", -50)
    problem_of(client.post(readings, pushed | {"length": -1}), 422)
    assert len(client.get(readings + "?queue=By+hand").json()["results"]) == 1


def test_of_a_restricted_incident_nothing_is_there_for_others(incident: Incident) -> None:
    client_of(people.responder()).post(url(incident, "output-lists"), {"rows": [{"id": "CL-1"}]})
    restricting.restrict(incident, by=people.risk(), at=timezone.now(), reason="Personal data")
    row = AffectedOutput.objects.get()
    other = client_of(people.responder("Other Responder"))
    for tail in ("affected-outputs", "affected-outputs/summary", f"affected-outputs/{row.pk}", "output-lists",
                 "output-sample", "backlog", "backlog/outlook", "affected-outputs/export"):  # fmt: skip
        assert other.get(url(incident, tail)).status_code == 404
    assert other.post(url(incident, f"affected-outputs/{row.pk}/decide"), {"decision": "AFFECTED"}).status_code == 404
