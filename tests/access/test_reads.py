"""Whatever shows what a restricted incident says, pages and API alike, leaves a record that it was read."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.demo.material import upload
from incidents.models import Evidence
from incidents.services import communications, evidence, retention, timeline
from registry.kernel.audit.models import READS
from registry.kernel.http.moments import written
from registry.models import AuditEntry, User
from reviews.services import actions, reporting, reviews
from tests.access.addresses import addresses
from tests.access.dataset import Site, build, change_set
from tests.api.addresses import filled, operations
from tests.api.clients import client_of as api_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECRET = "quillwort"
"""Stands in every text of the restricted incident that is more than the title of something."""
SAYS = (SECRET, "Letters name the wrong person", "Twenty letters checked", "A new one follows", "Stop the letters")


@pytest.fixture
def site() -> Site:
    made = build(is_restricted=True)
    made.objects["imports"] = change_set(made)
    _say(made)
    return made


def _say(site: Site) -> None:
    incident, lead, now = site.objects["incidents"], site.people["responder"], timezone.now()
    text = f"The {SECRET} letters."
    timeline.post(incident, by=lead, at=now, text=text)
    piece = evidence.add_file(
        incident, by=lead, at=now, upload=upload("more.csv", "letter,name\n2,wrong\n"), kind="TRACE", title="Trace",
        method="Export", source="Printer", collected_at=now, note=text, is_restricted=True,
    )  # fmt: skip
    evidence.add_note(
        incident, by=lead, at=now, kind="TRACE", title="Elsewhere", method="Export", source="Printer",
        collected_at=now, link=f"https://traces.example.test/{SECRET}", is_restricted=True,
    )  # fmt: skip
    review = site.objects["reviews"]
    reviews.save_answers(review, by=lead, at=now, opened_version=None, what_happened=text, root_cause=text)
    item = actions.create(
        by=lead, at=now, title="Compare once more", category="DETECTION_GAP", assignee=site.people["owner"],
        due_date=now.date(), description=text, review=review, incident=incident,
    )  # fmt: skip
    actions.claim_done(item, by=site.people["owner"], at=now, proof=text)
    draft = communications.draft(incident, by=lead, at=now, audience="CUSTOMERS", subject="More", text=text)
    kept, later = site.objects["evidence/retention"], (now + timedelta(days=90)).date()
    retention.keep_on(kept, by=site.people["risk"], at=now, until=later, reason=text)
    report = reporting.request_incident_report(incident, by=lead, at=now, correction=text)
    said = AuditEntry.objects.filter(object_type="incidents.timelineentry").latest("id")
    site.objects |= {
        "evidence": piece, "actions": item, "communications": draft, "audit/entries": said,
        "action-items": item, "reports": report, "documents": report,
    }  # fmt: skip


def pages(site: Site) -> Iterator[str]:
    at = written(timezone.now())
    for address in addresses(site):
        yield address.url
    incident, item, piece = (site.objects[kind].pk for kind in ("incidents", "actions", "evidence"))
    yield f"/audit/chain/incidents.incident/{incident}/"
    yield f"/audit/chain/incidents.incident/{incident}/?part=own"
    yield f"/audit/chain/incidents.evidence/{piece}/"
    yield f"/audit/chain/reviews.actionitem/{item}/"
    yield f"/audit/chain/reviews.review/{site.objects['reviews'].pk}/"
    yield f"/audit/chain/registry.user/{site.people['responder'].pk}/"
    for found in ("palette", "incidents", "evidence", "actions", "reports"):
        yield f"/{found}/?q=letters"
    for kind, key in (("incidents", incident), ("actions", item)):
        yield f"/{kind}/?at={at}"
        yield f"/{kind}/{key}/?at={at}"
        yield f"/{kind}/{key}/difference/?from=2020-01-01T00:00Z"


def endpoints(site: Site) -> Iterator[str]:
    keys = _keys(site)
    at = written(timezone.now())
    for method, route in operations():
        if method == "get" and not route.endswith(("/docs/", "/schema/", "/verify/")):
            yield filled(route, keys)
    for kind in ("incidents", "action-items"):
        yield f"/api/v1/{kind}/?at={at}"
        yield f"/api/v1/{kind}/{keys[kind]}/?at={at}"
    yield f"/api/v1/evidence/{site.objects['evidence'].pk}/custody/"


def _keys(site: Site) -> dict[str, Any]:
    incident, workflow = site.objects["incidents"], site.objects["workflows"]
    own = {
        "timeline": incident.timeline, "moments": incident.moments, "roles": incident.assignments,
        "severity-assessments": incident.severity_assessments, "snapshots": incident.snapshots,
    }  # fmt: skip
    other = {
        "containment-options": site.objects["containment"].pk, "tier-assessments": site.objects["assessments"].pk,
        "versions": site.objects["surfaces/versions"].pk, "audit": site.objects["audit/entries"].pk,
        "retention-reviews": site.objects["evidence/retention"].pk, "erasures": site.objects["audit/erasures"].pk,
        "workflows": workflow.pk, "views": site.objects["audit/views"].pk, "capabilities": "KILL_SWITCH",
        "downstream-actions": site.objects["downstream"].pk,
        "frameworks": "oecd", "links": site.objects["incident-links"].pk,
        "webhook-deliveries": site.objects["webhooks/deliveries"].pk,
    }  # fmt: skip
    first = {name: rows.values_list("pk", flat=True).first() or 0 for name, rows in own.items()}
    known = {kind: record.pk for kind, record in site.objects.items()} | other | first
    return defaultdict(int, known)  # of what the site has none, the answer is 404


def unrecorded(client: Any, person: User, urls: Iterator[str]) -> list[str]:
    """Addresses that said something and left no trace; each is asked as if it were the first of the day."""
    found = []
    for url in urls:
        with transaction.atomic():
            newest = AuditEntry.objects.aggregate(newest=Max("id"))["newest"]
            answer = client.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            says = [text for text in SAYS if text.encode() in body]
            looked = AuditEntry.objects.filter(pk__gt=newest, event__in=READS, actor_id=person.pk).exists()
            transaction.set_rollback(True)
        if answer.status_code == 200 and says and not looked:
            found.append(f"{url}: {says}")
    return found


@pytest.mark.parametrize("role", ["risk", "auditor"])
def test_every_page_that_says_something_of_a_restricted_incident_is_recorded(site: Site, role: str) -> None:
    person = site.people[role]
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = unrecorded(client, person, pages(site))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["risk", "auditor"])
def test_every_endpoint_that_says_something_of_a_restricted_incident_is_recorded(site: Site, role: str) -> None:
    client: APIClient = api_of(site.people[role])
    found = unrecorded(client, site.people[role], endpoints(site))
    assert not found, "\n".join(found)


def test_what_is_looked_for_is_really_shown(site: Site) -> None:
    """The walk proves nothing unless the room, the review, the evidence and the action item say it."""
    client = Client()
    client.force_login(site.people["auditor"], backend="allauth.account.auth_backends.AuthenticationBackend")
    for kind in ("incidents", "reviews", "actions", "evidence"):
        assert SECRET in client.get(f"/{kind}/{site.objects[kind].pk}/").content.decode(), kind
    assert Evidence.objects.filter(is_restricted=True).count() == 3
