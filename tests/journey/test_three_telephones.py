"""A SEV-1 from the alert to the closing, by three people at once, each on a telephone."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from incidents.models import Incident
from registry.models import Role, User
from tests import people
from tests.incidents import making
from tests.intake import making as signals
from tests.intake import messages
from tests.journey import handling, settling
from tests.journey.handling import status_of
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TITLE = "WrongAnswers: one letter in ten is wrong"


def test_from_the_alert_to_closed(visitor: Callable[..., Visitor]) -> None:
    claims = making.workflow("Claims triage", tier="T1")
    making.option(claims, executors=[Role.RESPONDER])

    def phone(user: User) -> Visitor:
        somebody = visitor(**PHONE)
        somebody.is_let_in(user)
        return somebody

    lead, risk, second = phone(people.responder()), phone(people.risk()), phone(people.risk("Rolf Second"))
    owner = people.owner()
    arrive(lead, claims.slug)

    lead.goes_to("signals")
    lead.follow(re.compile("one letter in ten"))
    lead.follow("Make an incident")
    lead.press("Declare")
    expect(status_of(lead)).to_be_visible()
    incident = Incident.objects.get()
    for other in (risk, second):
        other.goes_to("incident", incident.pk)
    lead.follow(re.compile("Kill switch"))
    lead.fill("Why now", "One letter in ten is wrong.")
    lead.press("Stop it now")

    risk.goes_to("incident-severity", incident.pk)
    with risk.page.expect_response(re.compile("/severity/preview/")):
        risk.mark("Harm", "Serious")
    risk.press("Confirm the severity")
    risk.is_told("SEV-1 confirmed.")

    second.goes_to("incident-communications", incident.pk)
    second.follow(re.compile("^Draft.*Staff"))
    second.fill("Subject", "Claims stand still")
    second.fill("Text", "Claims are not decided by machine tonight.")
    second.press("Keep the draft")
    second.sees("waits for Rae Responder")

    lead.follow(re.compile("^Confirm that it works"))
    lead.fill("How you know", "No letter has left since 02:14.")
    lead.press("Confirm the effect")
    expect(status_of(lead)).to_contain_text("Contained")
    lead.goes_to("incident-communications", incident.pk)
    lead.follow("Approve")
    lead.fill("Why you approve it all the same", "It is what we did.")
    lead.press("Approve")
    second.page.reload()
    second.follow("Mark as sent")
    second.fill("Sent by", "E-mail")
    second.press("Mark as sent")
    expect(second.page.locator("#owed-STAFF")).to_contain_text("Sent")

    risk.goes_to("incident-evidence", incident.pk)
    handling.add_and_verify(risk, "Replay of the cases", "Validation result", "replay.txt", b"200 of 200 right\n")
    return_to_normal(lead, risk, incident)

    lead.goes_to("incident", incident.pk)
    settling.review(lead, owner.name)
    settling.approve(second, TITLE)
    risk.goes_to("incident-recovery", incident.pk)
    risk.follow("Close")
    expect(risk.page.get_by_role("main")).to_contain_text("Everything is in place")
    risk.press("Close the incident")
    expect(status_of(risk)).to_contain_text("Closed")
    assert [each.complaints for each in (lead, risk, second)] == [[], [], []]


def return_to_normal(lead: Visitor, risk: Visitor, incident: Incident) -> None:
    """By the steps that the page of recovery lists where the header has no room for them."""
    lead.goes_to("incident-recovery", incident.pk)
    lead.follow("Ask for return to normal", lead.card("The way back to normal"))
    lead.fill("How the mitigation was validated", "Replay of 200 cases, all right.")
    lead.press("Ask")
    lead.is_told("Asked. Another person approves it.")
    risk.goes_to("incident-recovery", incident.pk)
    risk.follow("Begin recovery")
    risk.press("Begin recovery")
    expect(status_of(risk)).to_contain_text("Recovering")
    lead.page.reload()
    lead.follow("Confirm the signals at baseline")
    lead.fill("Which signals, and where they stand", "Letters are right again.")
    lead.press("Confirm")
    lead.is_told("Confirmed.")
    risk.goes_to("incident-recovery", incident.pk)
    risk.follow("Resolve")
    expect(risk.page.get_by_role("main")).to_contain_text("The watching window is not over.")
    risk.fill("Reason", "Nothing runs at night; there is nothing to watch until morning.")
    risk.field("Go ahead although").check()
    risk.press("Resolve")
    expect(status_of(risk)).to_contain_text("Resolved")


def arrive(sender: Visitor, slug: str) -> None:
    """As Alertmanager posts it, and as the worker takes it in."""
    source, token = signals.source()
    answer = sender.page.request.post(
        reverse("signal-in", args=["alertmanager", source.public_id]),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        data=messages.alertmanager(messages.alert(ai_workflow=slug)),
    )
    assert answer.ok, answer.text()
    signals.take_in()
