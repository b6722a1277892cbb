"""Signals and their sources through the API: the same services, the same refusals."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from intake.models import ReceivedSignal, SignalDelivery, SignalSource
from registry.models import AuditEntry
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.intake import making, messages
from tests.registry.making import workflow

pytestmark = pytest.mark.django_db
SIGNALS = f"{V1}/received-signals/"


def test_a_source_is_set_up_edited_and_its_mapping_tried() -> None:
    client = client_of(people.risk())
    made = client.post(f"{V1}/signal-sources/", {"name": "Nightly", "kind": "GENERIC"}).json()
    assert made["token"].startswith("hfs_")
    assert made["address"].endswith(SignalSource.objects.get().public_id)
    one = f"{V1}/signal-sources/{made['id']}/"
    found = workflow(name="Letter assistant")
    body: dict[str, Any] = {
        "version": 1, "reason": "Rules", "mapping": {"title": "run.name", "over": ["fine"]},
        "binding_rules": [{"label": "team", "value": "a*", "workflow": found.pk}], "promotes": True,
    }  # fmt: skip
    assert "promotes" in problem_of(client.patch(one, body), 422)["errors"]
    body |= {"promote_levels": ["Page"]}
    assert client.patch(one, body).json()["promote_levels"] == ["page"]
    assert client.patch(one, body).json()["version"] == 2, "the same sent twice is no conflict"
    problem_of(client.patch(one, body | {"promote_levels": ["critical"]}), 409)
    tried = client.post(f"{one}try-mapping/", {"sample": '{"run": {"name": "Slow"}}', "mapping": {"title": "run.name"}})
    assert tried.json()["signals"][0]["title"] == "Slow"
    assert (
        "mapping"
        in problem_of(client.patch(one, {"version": 2, "reason": "x", "mapping": {"nose": "a"}}), 422)["errors"]
    )
    token = client.post(f"{one}rotate-token/", {"overlap": "3600"}).json()
    assert token["secret"].startswith("hfs_")
    revoked = client.post(f"{V1}/signal-source-tokens/{token['id']}/revoke/", {"reason": "Seen in a chat"}).json()
    assert revoked["revoked_at"]
    problem_of(client_of(people.responder()).post(f"{V1}/signal-sources/", {"name": "X", "kind": "GRAFANA"}), 403)
    problem_of(client.post(f"{V1}/signal-sources/", {"name": "X", "kind": "SENTRY"}), 422)


def test_signals_are_listed_by_the_filters_of_the_page_and_decided() -> None:
    source, _token = making.source()
    making.deliver(source, messages.alertmanager(*(messages.alert(fingerprint=str(n)) for n in range(4))))
    client = client_of(people.responder())
    rows = client.get(SIGNALS, {"state": "WAITING", "level": "critical", "bound": "none"}).json()["results"]
    one, two, three, four = (row["id"] for row in rows)
    incident = client.post(f"{SIGNALS}{one}/promote/", {"title": "Wrong letters", "summary": "One in ten"}).json()[
        "incident"
    ]
    assert client.post(f"{SIGNALS}{two}/attach/", {"incident": incident["id"]}).json()["state"] == "TIED"
    later = timezone.now() + timedelta(hours=2)
    assert client.post(f"{SIGNALS}{three}/later/", {"until": later.isoformat()}).json()["state"] == "LATER"
    assert client.post(f"{SIGNALS}dismiss-many/", {"signals": [three, four], "reason": "Drill"}).json() == {"count": 2}
    problem_of(client.post(f"{SIGNALS}{four}/dismiss/", {"reason": "Again"}), 409)
    back = client.post(f"{SIGNALS}{four}/put-back/", {"reason": "It was real"}).json()
    assert (back["state"], back["decided_by"]["name"]) == ("WAITING", people.responder().name)
    bound = client.post(f"{SIGNALS}{four}/bind/", {"workflow": workflow().pk}).json()
    assert bound["bound_by"] == "PERSON"
    assert len(client.get(f"{SIGNALS}{four}/sightings/").json()["results"]) == 1
    problem_of(client_of(people.owner()).post(f"{SIGNALS}{four}/dismiss/", {"reason": "No"}), 403)


def test_a_restricted_incident_cannot_be_named_nor_its_signals_read() -> None:
    signal = making.signal()
    risk = client_of(people.risk())
    given = {"title": "Secret", "summary": "Quiet", "is_restricted": True}
    risk.post(f"{SIGNALS}{signal.pk}/promote/", given)
    hidden, delivery = Incident.objects.get(), SignalDelivery.objects.get()
    other = making.signal(signal.source, fingerprint="2")
    client = client_of(people.responder())
    problem_of(client.post(f"{SIGNALS}{other.pk}/attach/", {"incident": hidden.pk}), 422)
    problem_of(client.get(f"{SIGNALS}{signal.pk}/"), 404)
    problem_of(client.get(f"{V1}/signal-deliveries/{delivery.pk}/"), 404)
    seen = risk.get(f"{V1}/signal-deliveries/{delivery.pk}/").json()
    assert base64.b64decode(seen["body"]) == messages.alertmanager()
    assert AuditEntry.objects.filter(event="VIEWED", object_id=str(hidden.pk)).exists()


def test_anybody_reports_and_auditors_do_not() -> None:
    answer = client_of(people.member()).post(SIGNALS, {"title": "It was rude to me"})
    assert answer.status_code == 201
    making.take_in()
    assert ReceivedSignal.objects.get().reported_by == people.member()
    problem_of(client_of(people.auditor()).post(SIGNALS, {"title": "x"}), 403)
    problem_of(client_of(people.member()).post(SIGNALS, {"title": "x", "link": "javascript:1"}), 422)
