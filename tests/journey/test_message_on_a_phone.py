"""A message to customers on three telephones: begun from a template, tied, approved by two others, sent."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from incidents.models import Communication
from incidents.services import declaring, facts, severity
from incidents.services import people as roles
from registry.models import User
from tests import people
from tests.browser import barriers, overflow
from tests.journey.visitor import Visitor
from tests.registry import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_from_a_template_through_two_approvals_to_sent(visitor: Callable[..., Visitor]) -> None:
    lead, legal, speaker = people.responder(), people.member("Lea Legal"), people.member("Sam Speaker")
    now = timezone.now()
    incident = declaring.declare(
        by=lead, at=now - timedelta(minutes=30), title="Refunds paid twice", summary="Two were.",
        workflow=making.workflow(technical_owner=lead),
    )  # fmt: skip
    given = {"harm": "SERIOUS", "exposure": "SOME_CUSTOMERS"}
    severity.assess(incident, by=lead, at=now, inputs=given, confirmed="SEV-1")
    facts.confirm_facts(incident, by=lead, at=now, facts={"People told": "Two customers"}, opened_version=None)
    for role, person in (("LEGAL", legal), ("COMMUNICATIONS", speaker)):
        roles.assign(incident, role=role, person=person, by=lead, at=now)

    def phone(user: User) -> Visitor:
        somebody = visitor(**PHONE)
        somebody.is_let_in(user)
        somebody.goes_to("incident-communications", incident.pk)
        return somebody

    writer = phone(lead)
    owed = writer.page.locator("#owed-CUSTOMERS")
    expect(owed).to_contain_text("Owed")
    owed.get_by_role("link", name=re.compile("^Draft")).tap()
    writer.page.get_by_role("link", name="Customers: First word").tap()
    expect(writer.field("Subject")).to_have_value(re.compile("Something went wrong"))
    writer.fill("Text", "Two of you were paid twice. Keep the money.")
    writer.press("Keep the draft")
    writer.page.get_by_role("link", name=re.compile(r"Rests on… sentence 1")).tap()
    writer.choose("It rests on", "People told: Two customers")
    writer.press("Tie it")
    writer.sees("1 sentence rests on nothing yet.")
    assert overflow(writer.page) == ""
    assert list(barriers(writer.page)) == []

    first = phone(speaker)
    first.page.locator(".top").get_by_role("link", name="Approve").tap()
    first.press("Approve")
    first.stands_on("There is a problem")
    first.fill("Why you approve it all the same", "The offer was agreed with the owner.")
    first.press("Approve")
    first.sees("waits for Lea Legal")
    second = phone(legal)
    second.page.locator(".top").get_by_role("link", name="Approve").tap()
    second.fill("Why you approve it all the same", "Agreed.")
    second.press("Approve")

    writer.goes_to("incident-communications", incident.pk)
    writer.follow("Mark as sent")
    writer.fill("Sent by", "E-mail")
    writer.press("Mark as sent")
    expect(writer.page.locator("#owed-CUSTOMERS")).to_contain_text("Sent")
    message = Communication.objects.get()
    assert (message.status, message.occasion, message.approvals.count()) == ("SENT", "FIRST_WORD", 2)
    assert [each.complaints for each in (writer, first, second)] == [[], [], []]
