"""Who opened a restricted incident is on record: once a visit, whichever page, and through the API apart."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from incidents.models import Incident
from incidents.services import reading
from registry.kernel.access.tokens import issue
from registry.models import AuditEntry, User
from tests import people
from tests.access import dataset
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    found: Incident = dataset.build(is_restricted=True).objects["incidents"]
    return found


def looks(incident: Incident) -> list[tuple[int | None, str]]:
    rows = AuditEntry.objects.filter(event="VIEWED", object_type="incidents.incident", object_id=str(incident.pk))
    return list(rows.order_by("id").values_list("actor_id", "origin"))


def with_token(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user, name='Test')[1]}")
    return client


def test_opening_the_room_is_noted_once_for_all_its_pages(auditor: Client, incident: Incident) -> None:
    for page in ("", "evidence/", "facts/", "history/", "news/?after=0", "news/?after=1"):
        assert auditor.get(f"/incidents/{incident.pk}/{page}").status_code == 200
    assert looks(incident) == [(people.auditor().pk, "PAGE")]


def test_two_people_and_two_visits_are_told_apart(incident: Incident) -> None:
    now = timezone.now()
    for by, after in ((people.auditor(), 0), (people.risk(), 1), (people.auditor(), 9), (people.auditor(), 11)):
        reading.opened(incident, by=by, at=now + timedelta(minutes=after))
    assert [who for who, _way in looks(incident)] == [people.auditor().pk, people.risk().pk, people.auditor().pk]


@pytest.mark.parametrize("below", ["", "timeline/", "evidence/"])
def test_reading_through_the_api_is_noted_apart(auditor: Client, incident: Incident, below: str) -> None:
    auditor.get(f"/incidents/{incident.pk}/")
    client = with_token(people.auditor())
    for _n in range(2):
        assert client.get(f"/api/v1/incidents/{incident.pk}/{below}").status_code == 200
    assert looks(incident) == [(people.auditor().pk, "PAGE"), (people.auditor().pk, "API")]


def test_what_is_not_restricted_leaves_no_trace_and_costs_nothing(auditor: Client, incident: Incident) -> None:
    incident.visibility = Incident.Visibility.NORMAL
    with CaptureQueriesContext(connection) as captured:
        reading.opened(incident, by=people.auditor(), at=timezone.now())
    assert not [query for query in captured if "auditentry" in query["sql"]]
    assert looks(incident) == []


def test_lists_and_refusals_are_no_openings(incident: Incident) -> None:
    client = signed_in(people.auditor())
    client.get("/incidents/")
    with_token(people.auditor()).get("/api/v1/incidents/")
    assert signed_in(people.executive("Another Executive")).get(f"/incidents/{incident.pk}/").status_code == 404
    assert looks(incident) == []


def test_as_of_an_earlier_moment_it_is_opened_too(auditor: Client, incident: Incident) -> None:
    at = f"{timezone.now() - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    auditor.get(f"/incidents/{incident.pk}/?at={at}")
    assert looks(incident) == [(people.auditor().pk, "PAGE")]


def test_a_review_of_it_is_an_opening(auditor: Client, incident: Incident) -> None:
    auditor.get(f"/reviews/{incident.review.pk}/")
    assert looks(incident) == [(people.auditor().pk, "PAGE")]
