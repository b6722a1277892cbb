"""Every kind of report can be asked for as known at a moment, on the page that shows it and through the API."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from incidents.models import Incident
from incidents.services import restricting, severity
from registry.kernel.http.moments import written
from registry.kernel.ledger import sequencing
from registry.models import Document, User
from registry.services import workflows
from reviews.models import ReportKind
from reviews.policies.reports import may_download
from reviews.services import report_kinds, reporting
from reviews.services.actions import create
from reviews.services.gate_reports import request_gate_report
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.asof.conftest import Clock
from tests.incidents import making
from tests.registry.gating import asked, decided, pilot
from tests.reports.making import made, record_of

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
SENTENCE = "Shows what was known at"
LATER = "Sorter of refunds"


@pytest.fixture
def incident(clock: Clock) -> Incident:
    """Declared at nine; at eleven it is severe, the workflow has another name and an action item."""
    found = making.declared(at=clock(0))
    sequencing.advance()
    by, at = people.risk(), clock(2)
    severity.assess(found, by=by, at=at, inputs=making.CONFIRMED, confirmed="SEV-1", reason="Many people")
    workflow = found.workflows.get()
    workflows.edit(workflow, by=by, at=at, opened_version=workflow.version, name=LATER, reason="Renamed")
    create(
        by=by, at=at, title="Pay once", category="DETECTION_GAP", assignee=people.responder(),
        due_date=at.date(), incident=found, workflow=workflow,
    )  # fmt: skip
    clock(10)
    sequencing.advance()
    return making.again(found)


@pytest.fixture
def then(clock: Clock, incident: Incident) -> datetime:
    moment = clock(1)
    clock(10)
    return moment


def newest() -> Document:
    return Document.objects.order_by("-id")[0]


def is_of(document: Document, kind: str, then: datetime) -> bool:
    """Of this kind, of that moment, and its record says so."""
    about = record_of(document)["document"]
    said = about["as_of"][:16] == about["known_at"][:16] == f"{then:%Y-%m-%dT%H:%M}"
    return said and about["made_at"] != about["as_of"] and (document.kind, document.as_of) == (kind, then)


def first_page(document: Document) -> str:
    """Printed at the true time, in which the key that signs is valid."""
    with patch("django.utils.timezone.now", lambda: datetime.now(UTC)):
        done = made(document)
    assert done.pdf is not None, done.job.failure
    return " ".join(PdfReader(BytesIO(done.pdf.read_bytes())).pages[0].extract_text().split())


def test_a_summary_says_what_was_known_then(incident: Incident, then: datetime, clock: Clock) -> None:
    early = report_kinds.request_incident_summary(incident, by=people.risk(), at=clock(11), known_at=then)
    record = record_of(early)
    assert is_of(early, ReportKind.INCIDENT_SUMMARY, then)
    assert record["severity"]["confirmed"]["code"] == "SEV2"
    assert record["actions"]["all"] == 0
    assert record["incident"]["workflows"][0]["name"] == "Claims triage"
    now = record_of(report_kinds.request_incident_summary(incident, by=people.risk(), at=clock(12)))
    assert (now["severity"]["confirmed"]["code"], now["actions"]["all"]) == ("SEV1", 1)


def test_a_dossier_says_what_was_known_then(incident: Incident, then: datetime, clock: Clock) -> None:
    workflow = incident.workflows.get()
    early = report_kinds.request_workflow_dossier(workflow, by=people.risk(), at=clock(11), known_at=then)
    record = record_of(early)
    assert is_of(early, ReportKind.WORKFLOW_DOSSIER, then)
    assert record["workflow"]["name"] == "Claims triage"
    assert record["open_actions"] == []
    assert [row["severity"] for row in record["incidents"]] != ["SEV-1"]
    assert LATER not in json.dumps(record)


def test_an_inventory_finds_what_the_filters_found_then(
    incident: Incident, then: datetime, clock: Clock, as_user: AsUser
) -> None:
    client, url = as_user(people.risk()), reverse("report-new-inventory")
    query = f"q=triage&at={written(then)}"
    page = client.get(f"{url}?{query}").content.decode()
    assert "1 workflow matches" in page
    assert "As known at" in page
    client.post(f"{url}?{query}")
    record = record_of(newest())
    assert is_of(newest(), ReportKind.INVENTORY, then)
    assert "Claims triage" in json.dumps(record)
    assert LATER not in json.dumps(record)
    client.post(f"{url}?q=triage")
    assert record_of(newest())["totals"]["workflows"] == 0


def test_an_audit_pack_draws_from_what_was_sealed_then(
    incident: Incident, then: datetime, clock: Clock, as_user: AsUser
) -> None:
    given = {"method": "ALL", "at": written(then)}
    as_user(people.auditor()).post(reverse("report-new-audit-pack"), given)
    assert is_of(newest(), ReportKind.AUDIT_PACK, then)
    early = record_of(newest())["about"]
    as_user(people.auditor()).post(reverse("report-new-audit-pack"), {"method": "ALL"})
    late = record_of(newest())["about"]
    assert early["ledger"]["size"] < late["ledger"]["size"]
    assert early["sample"] < late["sample"]


def test_a_request_at_a_gate_says_what_was_known_then(clock: Clock, as_user: AsUser) -> None:
    request = asked(pilot())
    then = clock(1)
    clock(2)
    decided(request)
    clock(10)
    early = request_gate_report(request, by=people.member(), at=clock(11), known_at=then)
    told = record_of(early)["request"]
    assert is_of(early, ReportKind.GATE_REQUEST, then)
    assert (told["status"], told["steps"][0]["verdict"]) == ("Waiting for a decision", None)
    assert told["facts"]["workflow"]["stage"] == "PILOT"
    as_user(people.risk()).post(reverse("gate-report", args=[request.pk]), {})
    now = record_of(newest())["request"]
    assert (now["status"], now["steps"][0]["decided_by"]) == ("Granted, not used yet", "Rita Risk")
    api = client_of(people.auditor()).post(f"{V1}/gate-requests/{request.pk}/reports/", {"at": written(then)})
    assert api.status_code == 201
    assert is_of(newest(), ReportKind.GATE_REQUEST, then)


def test_pages_of_the_past_offer_a_report_of_the_moment_they_show(
    incident: Incident, then: datetime, as_user: AsUser
) -> None:
    client, workflow = as_user(people.risk()), incident.workflows.get()
    at = written(then)
    for url, offered in (
        (reverse("incident", args=[incident.pk]), reverse("incident-summary", args=[incident.pk])),
        (reverse("incident", args=[incident.pk]), f"{reverse('incident-report', args=[incident.pk])}?at={at}"),
        (reverse("workflow", args=[workflow.pk]), reverse("workflow-dossier", args=[workflow.pk])),
        (reverse("workflow-tier", args=[workflow.pk]), reverse("workflow-dossier", args=[workflow.pk])),
        (reverse("register"), f"{reverse('report-new-inventory')}?&amp;at={at}"),
    ):
        page = client.get(f"{url}?at={at}").content.decode()
        assert offered in page, url
        assert f'name="at" value="{at}"' in page or offered.endswith(at), url
    for name, kind, record in (
        ("incident-summary", ReportKind.INCIDENT_SUMMARY, incident),
        ("workflow-dossier", ReportKind.WORKFLOW_DOSSIER, workflow),
    ):
        client.post(reverse(name, args=[record.pk]), {"at": at})
        assert is_of(newest(), kind, then)


def test_the_page_of_reports_asks_for_a_moment_too(incident: Incident, then: datetime, as_user: AsUser) -> None:
    client, at = as_user(people.risk()), written(then)
    client.post(reverse("report-new-incident"), {"kind": "INCIDENT_SUMMARY", "incident": incident.reference, "at": at})
    assert is_of(newest(), ReportKind.INCIDENT_SUMMARY, then)
    client.post(reverse("report-new-dossier"), {"workflow": incident.workflows.get().reference, "at": at})
    assert is_of(newest(), ReportKind.WORKFLOW_DOSSIER, then)


@pytest.mark.parametrize("at", ["2026-03-01T09:00Z", "2035-01-01T00:00Z", "soon"])
def test_a_moment_at_which_nothing_was_known_is_refused(
    incident: Incident, then: datetime, as_user: AsUser, at: str
) -> None:
    client, workflow = as_user(people.risk()), incident.workflows.get()
    for name, record in (("incident-summary", incident), ("workflow-dossier", workflow)):
        assert client.post(reverse(name, args=[record.pk]), {"at": at}).status_code == 422
    given = {"method": "ALL", "at": at}
    assert as_user(people.auditor()).post(reverse("report-new-audit-pack"), given).status_code == 422
    api = client_of(people.risk())
    for path in (f"incidents/{incident.pk}/reports/", f"incidents/{incident.pk}/summaries/",
                 f"workflows/{workflow.pk}/dossiers/"):  # fmt: skip
        assert list(problem_of(api.post(f"{V1}/{path}", {"at": at}, format="json"), 422)["errors"]) == ["at"]
    assert not Document.objects.exists()


def test_the_api_asks_for_every_kind_as_of_a_moment(incident: Incident, then: datetime) -> None:
    api, workflow = client_of(people.risk()), incident.workflows.get()
    for path, kind in (
        (f"incidents/{incident.pk}/reports/", ReportKind.INCIDENT_REPORT),
        (f"incidents/{incident.pk}/summaries/", ReportKind.INCIDENT_SUMMARY),
        (f"workflows/{workflow.pk}/dossiers/", ReportKind.WORKFLOW_DOSSIER),
        ("documents/inventories/", ReportKind.INVENTORY),
        ("documents/audit-packs/", ReportKind.AUDIT_PACK),
    ):
        body: dict[str, Any] = {"at": written(then)} | ({"method": "ALL"} if "packs" in path else {})
        answer = api.post(f"{V1}/{path}", body, format="json")
        assert answer.status_code == 201, (path, answer.content)
        assert is_of(newest(), kind, then), path
    assert "Claims triage" in json.dumps(record_of(Document.objects.get(kind=ReportKind.INVENTORY)))


def test_restricted_now_is_left_out_of_a_dossier_and_of_the_counts_of_then(
    incident: Incident, then: datetime, clock: Clock
) -> None:
    restricting.restrict(incident, by=people.risk(), at=clock(10), reason="Names of customers")
    workflow, by = incident.workflows.get(), people.risk()
    record = record_of(report_kinds.request_workflow_dossier(workflow, by=by, at=clock(11), known_at=then))
    assert (record["incidents"], record["incidents_left_out"]) == ([], 1)
    query = f"q={workflow.reference}"
    listed = record_of(report_kinds.request_inventory(query, [], by=by, at=clock(11), known_at=then))
    assert [row["open_incidents"] for row in listed["tiers"][0]["units"][0]["tables"][0]] == [0]


def test_a_dossier_that_names_what_is_restricted_later_is_closed_whatever_it_shows(
    incident: Incident, clock: Clock
) -> None:
    """Restricted at the moment it shows, open when it was made, restricted again: it names the incident."""
    by = people.risk()
    restricting.restrict(incident, by=by, at=clock(11), reason="Names of customers")
    moment = clock(12)
    restricting.lift(making.again(incident), by=by, at=clock(13), reason="Nobody was named")
    dossier = report_kinds.request_workflow_dossier(incident.workflows.get(), by=by, at=clock(14), known_at=moment)
    assert record_of(dossier)["incidents"]
    assert may_download(people.member(), dossier)
    restricting.restrict(making.again(incident), by=by, at=clock(15), reason="After all")
    assert not may_download(people.member(), dossier)


def test_a_report_of_now_says_nothing_of_a_moment(incident: Incident, clock: Clock) -> None:
    document = report_kinds.request_incident_summary(incident, by=people.risk(), at=clock(11))
    assert record_of(document)["document"]["known_at"] is None
    assert SENTENCE not in first_page(document)


def test_the_first_page_of_each_names_the_moment(incident: Incident, then: datetime, clock: Clock) -> None:
    by, workflow = people.risk(), incident.workflows.get()
    for document in (
        reporting.request_incident_report(incident, by=by, at=clock(11), known_at=then),
        report_kinds.request_incident_summary(incident, by=by, at=clock(11), known_at=then),
        report_kinds.request_workflow_dossier(workflow, by=by, at=clock(11), known_at=then),
        report_kinds.request_inventory("", [], by=by, at=clock(11), known_at=then),
    ):
        page = first_page(document)
        assert f"{SENTENCE} 2 Mar 2026, 10:00:00 UTC" in page, document.kind


def test_a_moment_to_come_is_refused_by_the_services(incident: Incident, clock: Clock) -> None:
    at = clock(11)
    with pytest.raises(ValidationError):
        report_kinds.request_inventory("", [], by=people.risk(), at=at, known_at=at + timedelta(hours=1))
