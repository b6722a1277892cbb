"""Somebody who was asked for evidence opens the link of the mail on a telephone and hands in a photo of a screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, expect

from incidents.models import Evidence, EvidenceRequest
from incidents.services import evidence_requests
from registry.models import Mail
from tests import people
from tests.browser import overflow
from tests.incidents import making
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LOG: FilePayload = {"name": "queue.txt", "mimeType": "text/plain", "buffer": b"18:40 declined\n"}


def test_the_link_of_the_mail_leads_to_where_it_is_handed_in(visitor: Callable[..., Visitor]) -> None:
    now = timezone.now()
    incident = making.declared(at=now)
    member = people.member()
    asked = evidence_requests.ask(
        incident, person=member, by=incident.declared_by, at=now, item="OUTPUT", due_at=now + timedelta(hours=1),
        wanted="What the queue put out for the eleven refunds of Monday night", reason="It cannot be made again.",
    )  # fmt: skip
    link = next(word for word in Mail.objects.get(recipient=member.email).body.split() if "/evidence/" in word)
    somebody = visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    somebody.is_let_in(member)
    page = somebody.page
    page.goto(link[link.index("/evidence/") :])
    expect(page.locator("h1")).to_have_text(asked.wanted)
    page.get_by_label("File").set_input_files(LOG)
    page.get_by_role("button", name="Hand in").tap()
    somebody.sees("There is a problem")
    somebody.fill("Where it comes from", "Queue refunds-eu")
    page.get_by_label("File").set_input_files(LOG)
    page.get_by_role("button", name="Hand in").tap()
    expect(page.get_by_role("heading", name="Handed in", exact=True)).to_be_visible()
    assert overflow(page) == ""
    assert Evidence.objects.get().request == EvidenceRequest.objects.get(status="ANSWERED")
    assert somebody.complaints == []
