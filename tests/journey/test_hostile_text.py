"""Scripts in every text field are text: on pages, in mail, in the PDF."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from config.demo.material import upload
from incidents.services import communications, declaring, evidence, severity, timeline
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.kernel.notify.tell import deliver, tell
from registry.models import DeliveredMail, Document
from registry.services import workflows
from reviews.services import actions, reporting
from tests import people, stored
from tests.journey.pdf import is_in, words_of
from tests.journey.visitor import Visitor
from tests.registry import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
FILENAME = '"><img src=x onerror=alert(3)>.csv'


@pytest.fixture
def records(site: str) -> dict[str, Any]:
    """An incident with everything around it, named and described by somebody who means harm."""
    now, risk, lead = timezone.now(), people.risk(), people.responder()
    workflow = workflows.register(
        by=risk, at=now, reason=HOSTILE, name=HOSTILE, purpose=HOSTILE, outputs=HOSTILE, affected_people=HOSTILE,
        stage="PRODUCTION", business_owner=people.owner(), tags=["<b>tag</b>"],
    )  # fmt: skip
    making.option(workflow, name=HOSTILE, instructions=HOSTILE)
    at = now - timedelta(hours=1)
    incident = declaring.declare(
        by=lead, at=at, title=HOSTILE, summary=HOSTILE, harm_seen=HOSTILE, workflow=workflow,
        inputs={"harm": "MATERIAL"},
    )  # fmt: skip
    severity.assess(incident, by=lead, at=at, inputs={"harm": "MATERIAL"}, confirmed="SEV-1", reason=HOSTILE)
    timeline.post(incident, by=lead, at=at, text=HOSTILE, kind="DECISION", data={"consulted": HOSTILE})
    piece = evidence.add_file(
        incident, by=lead, at=at, upload=upload(FILENAME, f"{HOSTILE}\n"), kind="INTERACTION_LOG", title=HOSTILE,
        method=HOSTILE, source=HOSTILE, collected_at=at,
    )  # fmt: skip
    communications.draft(incident, by=lead, at=at, audience="CUSTOMERS", subject=HOSTILE, text=HOSTILE)
    action = actions.create(
        by=lead, at=now, title=HOSTILE, description=HOSTILE, category="DETECTION_GAP", assignee=people.owner(),
        due_date=now.date(), incident=incident, workflow=workflow,
    )  # fmt: skip
    tell(key="hostile", kind="TEST", recipient=risk, subject=HOSTILE, body=HOSTILE, at=now)
    return {"workflow": workflow, "incident": incident, "evidence": piece, "action": action}


def test_pages_show_it_as_text(records: dict[str, Any], visitor: Callable[..., Visitor], settings: Any) -> None:
    settings.EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"
    deliver(at=timezone.now())
    reader = visitor()
    reader.is_let_in(people.risk())
    of_workflow = ("workflow", "workflow-edit", "workflow-containment", "workflow-history", "workflow-incidents")
    of_incident = ("incident", "incident-evidence", "incident-containment", "incident-facts", "incident-severity")
    more_of_incident = ("incident-communications", "incident-history", "incident-close")
    found = [reverse(name, args=[records["workflow"].pk]) for name in (*of_workflow, "workflow-actions")]
    found += [reverse(name, args=[records["incident"].pk]) for name in (*of_incident, *more_of_incident)]
    found += [reverse("evidence", args=[records["evidence"].pk]), records["action"].get_absolute_url()]
    found += [reverse(name) for name in ("register", "incidents", "actions", "evidence-list", "overview", "notices")]
    found += [reverse(name) for name in ("mailbox", "audit")]
    for url in found:
        reader.page.goto(url)
        assert "<script>alert(1)</script>" in reader.page.get_by_role("main").inner_text() + typed(reader), url
        assert reader.page.locator("main script, main img").count() == 0, url
    assert reader.complaints == []


def typed(reader: Visitor) -> str:
    """What stands in the fields of the page."""
    fields = reader.page.locator("main input[type=text], main textarea")
    return " ".join(fields.evaluate_all("all => all.map(field => field.value)"))


def test_the_palette_and_the_chooser_show_it_as_text(records: dict[str, Any], visitor: Callable[..., Visitor]) -> None:
    reader = visitor()
    reader.is_let_in(people.risk())
    reader.goes_to("declare")
    reader.fill("Find a workflow", "alert")
    expect(reader.page.get_by_role("radio", name="<script>alert(1)")).to_have_count(1)
    reader.page.keyboard.press("Control+k")
    reader.page.get_by_role("combobox", name="Search or run a command").fill("alert")
    expect(reader.page.get_by_role("option", name="<script>alert(1)").first).to_be_visible()
    assert reader.page.locator("dialog img, dialog script").count() == 0
    assert reader.complaints == []


def test_mail_carries_it_as_plain_text(records: dict[str, Any], settings: Any) -> None:
    settings.EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"
    deliver(at=timezone.now())
    assert HOSTILE in {mail.body.strip() for mail in DeliveredMail.objects.all()}


def test_the_report_prints_it_as_text(records: dict[str, Any]) -> None:
    document = reporting.request_incident_report(records["incident"], by=people.risk(), at=timezone.now())
    sequencing.advance()
    render_waiting(at=timezone.now)
    made = Document.objects.select_related("pdf").get(pk=document.pk)
    assert made.pdf is not None
    words = words_of(stored.path_of(made.pdf))
    assert is_in(HOSTILE, words)
    assert is_in(FILENAME, words)
