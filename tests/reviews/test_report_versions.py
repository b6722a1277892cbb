"""Reports that correct reports: asked for with a reason, both kept, the difference readable."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import Document
from reviews.services.reporting import request_incident_report
from tests import people
from tests.reports.making import made
from tests.reviews import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    return making.incident()


@pytest.fixture
def first(incident: Incident) -> Document:
    return request_incident_report(incident, by=people.risk(), at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def second(incident: Incident, first: Document) -> Document:
    incident.title = "Refunds far above the limit"
    incident.save()
    return request_incident_report(
        incident, by=people.risk(), at=timezone.now() - timedelta(minutes=5), correction="The title understated it."
    )


def page_of(client: Client, name: str, *given: Any, query: str = "") -> str:
    client.force_login(people.auditor())
    answer = client.get(reverse(name, args=given) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_first_report_is_made_at_the_press_of_the_button(client: Client, incident: Incident) -> None:
    client.force_login(people.risk())
    answer = client.post(reverse("incident-report", args=[incident.pk]))
    assert answer.headers["Location"] == reverse("report", args=[Document.objects.get().pk])


def test_pressing_the_button_twice_at_once_leads_to_one_report(client: Client, incident: Incident) -> None:
    client.force_login(people.risk())
    answers = [client.post(reverse("incident-report", args=[incident.pk])) for _press in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Document.objects.count() == 1


def test_a_further_report_asks_what_was_corrected(client: Client, incident: Incident, first: Document) -> None:
    client.force_login(people.risk())
    target = reverse("incident-report", args=[incident.pk])
    assert client.post(target).headers["Location"] == target
    assert "What was corrected" in page_of(client, "incident-report", incident.pk)


def test_the_form_sent_twice_makes_one_report(client: Client, incident: Incident, first: Document) -> None:
    client.force_login(people.risk())
    sent = {"once": "a-token", "correction": "The cause was named wrongly."}
    answers = [client.post(reverse("incident-report", args=[incident.pk]), sent) for _time in range(2)]
    made = Document.objects.exclude(pk=first.pk).get()
    assert {answer.headers["Location"] for answer in answers} == {reverse("report", args=[made.pk])}
    assert (made.correction, made.supersedes) == ("The cause was named wrongly.", first)


def test_each_version_names_the_other(client: Client, first: Document, second: Document) -> None:
    assert "Superseded by" not in page_of(client, "report", first.pk)
    made(second)
    assert f"Superseded by {second.number}" in page_of(client, "report", first.pk)
    newer = page_of(client, "report", second.pk)
    assert first.number in newer
    assert "The title understated it." in newer


def test_the_difference_shows_old_and_new(client: Client, first: Document, second: Document) -> None:
    shown = page_of(client, "report-difference", second.pk)
    assert "The title understated it." in shown
    assert "Title" in shown
    assert "far" in shown
    assert page_of(client, "report-difference", first.pk, query=f"?with={second.pk}").count("<dt>") == shown.count(
        "<dt>"
    )


def test_what_may_not_be_read_is_not_compared(client: Client, first: Document, second: Document) -> None:
    incident = Incident.objects.get()
    incident.visibility = "RESTRICTED"
    incident.save()
    client.force_login(people.member())
    assert client.get(reverse("report-difference", args=[second.pk])).status_code == 404


def test_a_report_without_another_version_has_no_difference(client: Client, first: Document) -> None:
    client.force_login(people.auditor())
    assert client.get(reverse("report-difference", args=[first.pk])).status_code == 404
    assert client.get(reverse("report-difference", args=[first.pk]) + "?with=x").status_code == 404


def test_the_page_says_how_the_report_can_be_checked(client: Client, first: Document) -> None:
    assert "Waiting for the next checkpoint" in page_of(client, "report", first.pk)
    assert render_waiting(at=timezone.now) == 0
    assert "Waiting for the ledger&#x27;s next checkpoint." in page_of(client, "report", first.pk)
    sequencing.advance()
    assert render_waiting(at=timezone.now) == 1
    sequencing.advance()
    shown = page_of(client, "report", first.pk)
    made = Document.objects.select_related("pdf").get(pk=first.pk)
    assert made.pdf is not None
    for told in (made.code, made.pdf.sha256, made.unsigned_sha256, "Holdfast demonstration signer", "file issued as"):
        assert told in shown
