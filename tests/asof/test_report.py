"""The report of an incident as it was known at a moment."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from incidents.models import Incident
from incidents.services import severity, timeline
from registry.models import Document, User
from reviews.services.reporting import request_incident_report
from tests import people
from tests.asof.conftest import Clock
from tests.incidents import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(clock: Clock) -> Incident:
    found = making.declared(at=clock(0))
    lead, at = found.declared_by, clock(2)
    severity.assess(found, by=lead, at=at, inputs=making.CONFIRMED, confirmed="SEV-1", reason="Many people")
    timeline.post(found, by=lead, at=at, text="It is spreading.", kind="UPDATE")
    clock(10)
    return making.again(found)


def record_of(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.read_record())
    return found


def without_moment(record: dict[str, Any]) -> dict[str, Any]:
    """Without what says when it was made, and without the entries of reports, of which the one in hand is none yet."""
    audit = [line for line in record["audit"] if not line["object"].startswith("document")]
    return {key: part for key, part in record.items() if key != "document"} | {"audit": audit}


def test_it_says_what_the_report_of_then_said(incident: Incident, clock: Clock) -> None:
    by = people.risk()
    made_then = record_of(request_incident_report(incident, by=by, at=clock(11)))
    then = clock(11.5)
    timeline.post(incident, by=incident.declared_by, at=clock(12), text="And now it stopped.", kind="UPDATE")
    document = request_incident_report(incident, by=by, at=clock(20), known_at=then)
    record = record_of(document)
    assert without_moment(record) == without_moment(made_then)
    assert document.as_of == then
    assert record["document"]["as_of"].startswith("2026-03-02T20:30")
    assert record["document"]["made_at"].startswith("2026-03-03T05:00")
    assert "And now it stopped." not in json.dumps(record)


def test_before_the_incident_was_declared_there_is_no_report(incident: Incident, clock: Clock) -> None:
    with pytest.raises(ValidationError):
        request_incident_report(incident, by=people.risk(), at=clock(20), known_at=clock(0) - timedelta(hours=1))


def test_the_page_asks_for_a_moment(incident: Incident, clock: Clock, as_user: Callable[[User], Client]) -> None:
    client, url = as_user(people.risk()), reverse("incident-report", args=[incident.pk])
    page = client.get(url, {"at": "2026-03-02T10:00Z"}).content.decode()
    assert 'value="2026-03-02T10:00:00"' in page
    assert client.post(url, {"at": "2026-03-01T10:00"}).status_code == 422
    assert client.post(url, {"at": "2026-03-02T10:00", "zone": "UTC"}).status_code == 302
    document = Document.objects.get()
    assert document.as_of.isoformat() == "2026-03-02T10:00:00+00:00"
    assert "It is spreading." not in json.dumps(record_of(document))
