"""The first hour as a drill on a telephone: every step as it is offered, and few touches until it is contained."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from incidents.models import Incident
from registry.models import Role
from tests import people
from tests.browser import overflow
from tests.incidents import making
from tests.journey.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOST = 8
"""Touches from the declaration until it is contained, those into fields included."""
COUNTED = "addEventListener('pointerdown', event => { if (event.isTrusted) touched() }, true)"


class Drill:
    """A telephone that counts how often it is touched."""

    def __init__(self, somebody: Visitor) -> None:
        self.somebody, self.touches = somebody, 0
        somebody.page.expose_function("touched", self._touched)
        somebody.page.add_init_script(COUNTED)

    def _touched(self) -> None:
        self.touches += 1

    def taps(self, what: Locator) -> None:
        what.locator("visible=true").first.tap()

    def writes(self, label: str, words: str) -> None:
        field = self.somebody.field(label).locator("visible=true").first
        field.tap()
        field.fill(words)

    def presses(self, name: str) -> None:
        self.taps(self.somebody.page.get_by_role("button", name=name, exact=True))

    def follows(self, name: str) -> None:
        self.taps(self.somebody.page.get_by_role("link", name=re.compile(name)))


def test_from_declared_to_contained_and_through_the_hour(visitor: Callable[..., Visitor]) -> None:
    claims = making.workflow("Claims triage", tier="T1")
    making.option(claims, executors=[Role.RESPONDER])
    phone = visitor(**PHONE)
    phone.is_let_in(people.responder())
    drill = Drill(phone)
    phone.goes_to("declare", query=f"?workflow={claims.pk}")
    drill.writes("What did you see?", "Refunds are paid twice")
    drill.presses("Declare")
    phone.stands_on("Refunds are paid twice")

    drill.touches = 0
    drill.follows("Kill switch")
    drill.writes("Why now", "Every refund may be paid twice.")
    drill.presses("Stop it now")
    drill.follows("^Confirm that it works")
    drill.writes("How you know", "No refund has left since 02:14.")
    drill.presses("Confirm the effect")
    expect(phone.page.get_by_role("region", name="Incident status")).to_contain_text("Contained")
    assert 0 < drill.touches <= MOST

    incident = Incident.objects.get()
    for take in (
        confirm_severity,
        name_people,
        take_evidence,
        post_update,
        draft_a_message,
        leave_notices,
        write_facts,
    ):
        phone.goes_to("incident-first-hour", incident.pk)
        assert overflow(phone.page) == ""
        take(drill)
    phone.goes_to("incident-first-hour", incident.pk)
    phone.sees("Everything is settled")
    assert phone.complaints == []


def confirm_severity(drill: Drill) -> None:
    drill.follows("^Do it")
    with drill.somebody.page.expect_response(re.compile("/severity/preview/")):
        drill.somebody.mark("Harm", "Serious")
    drill.presses("Confirm the severity")
    drill.somebody.is_told("SEV-1 confirmed.")


def name_people(drill: Drill) -> None:
    leave(drill, "Everyone the severity calls has a name", "Two of us are here; the others come in the morning.")


def leave_notices(drill: Drill) -> None:
    leave(drill, "Notices to authorities are entered", "No authority is owed one for a double refund.")


def leave(drill: Drill, step: str, reason: str) -> None:
    drill.follows(f"^Set aside.*{step}")
    drill.writes("Reason", reason)
    drill.presses("Set aside")
    drill.somebody.is_told("Recorded.")


def take_evidence(drill: Drill) -> None:
    for title in ("Refunds as they were paid", "Requests that led to them"):
        drill.somebody.goes_to("incident-first-hour", Incident.objects.get().pk)
        drill.follows("^Add.*What it")
        drill.writes("Note", "R-1, R-1, R-2, R-2")
        drill.writes("Title", title)
        drill.writes("Where it comes from", "Ledger of refunds")
        drill.writes("How it was collected", "Copied by hand")
        drill.writes("When it was collected", f"{timezone.now() - timedelta(minutes=1):%Y-%m-%dT%H:%M}")
        drill.presses("Add evidence")
        drill.somebody.sees(title)


def post_update(drill: Drill) -> None:
    drill.follows("^Do it")
    drill.writes("What happened, or what was decided", "Refunds stand still. Two of us look at the log.")
    drill.presses("Add to the timeline")
    drill.somebody.is_told("Added.")


def draft_a_message(drill: Drill) -> None:
    drill.follows("^Do it")
    drill.follows("^Draft.*Staff")
    drill.writes("Subject", "Refunds stand still")
    drill.writes("Text", "Refunds were paid twice and are stopped. Tell customers that nothing more is paid tonight.")
    drill.presses("Keep the draft")
    drill.somebody.sees("Refunds stand still")


def write_facts(drill: Drill) -> None:
    drill.follows("^Do it")
    drill.writes("What we know about it", "Two customers, 310 euro")
    drill.presses("Confirm the facts")
    drill.somebody.is_told("Facts confirmed.")
