"""The incident itself: declared, contained, evidenced, written down, brought back to normal."""

import hashlib
import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, expect

from tests.journey.story import DECISION, OPTION, TITLE, WORKFLOW
from tests.journey.visitor import Visitor


def declare(responder: Visitor) -> None:
    responder.follow(re.compile("^Incidents"), responder.nav("Main"))
    responder.follow("Declare an incident")
    responder.fill("What did you see?", TITLE)
    responder.fill("What happened, as far as you know", "Two notices without their warnings since nine o’clock.")
    responder.fill("Find a workflow", WORKFLOW)
    responder.page.get_by_role("radio", name=re.compile(WORKFLOW)).check()
    responder.press("Declare")
    responder.stands_on(TITLE)
    responder.follow("Change severity")
    with responder.page.expect_response(re.compile("/severity/preview/")):
        responder.mark("Harm", "Material")
    responder.press("Confirm the severity")
    responder.is_told("SEV-2 confirmed.")


def contain(responder: Visitor) -> None:
    responder.follow("Kill switch")
    responder.fill("Why now", "Every notice may lack its warning.")
    responder.press("Stop it now")
    responder.is_told("Carried out. Now confirm that it works.")
    responder.follow(re.compile(f"^Confirm that it works.*{OPTION}"))
    responder.fill("How you know", "The queue stands still since 09:20.")
    responder.press("Confirm the effect")
    responder.is_told("Recorded.")
    expect(status_of(responder)).to_contain_text("Contained")


def status_of(somebody: Visitor) -> Locator:
    return somebody.page.get_by_role("region", name="Incident status")


def collect(responder: Visitor, title: str, kind: str, filename: str, content: bytes) -> None:
    responder.follow(re.compile("^Evidence"), responder.nav("Incident sections"))
    add_and_verify(responder, title, kind, filename, content)


def add_and_verify(responder: Visitor, title: str, kind: str, filename: str, content: bytes) -> None:
    """On the page of evidence: add a file and have its custody verified."""
    responder.field("File").set_input_files({"name": filename, "mimeType": "text/plain", "buffer": content})
    responder.fill("Title", title)
    responder.choose("Kind", kind)
    responder.fill("Where it comes from", "Queue translate-eu")
    responder.fill("How it was collected", "Copied from the log store")
    responder.fill("When it was collected", f"{timezone.now() - timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    responder.press("Add evidence")
    responder.follow(title)
    responder.sees(hashlib.sha256(content).hexdigest())
    responder.press("Verify now")
    responder.is_told("Verified.")


def write_down(responder: Visitor) -> None:
    responder.follow(TITLE)
    bar = responder.page.get_by_label("Post an update, or type / for a command").locator("visible=true")
    bar.fill("Twelve notices checked by hand; all lack the warning.")
    responder.press("Post")
    responder.is_told("Posted.")
    responder.follow("/decision")
    responder.fill("What happened, or what was decided", DECISION)
    responder.fill("Consulted", "Head of translation")
    responder.press("Add to the timeline")
    responder.is_told("Added.")
    responder.sees(DECISION)


def recover(responder: Visitor, risk: Visitor) -> None:
    responder.follow("Recovery", responder.nav("Incident sections"))
    responder.follow("Ask for return to normal", responder.card("The way back to normal"))
    responder.fill("How the mitigation was validated", "Replay of 200 cases, all complete.")
    responder.press("Ask")
    responder.is_told("Asked. Another person approves it.")

    risk.page.goto(responder.page.url)
    risk.press("Begin recovery")
    expect(status_of(risk)).to_contain_text("Recovering")

    responder.page.reload()
    responder.follow("Confirm the signals at baseline")
    responder.fill("Which signals, and where they stand", "Share of complete notices back at 100 %.")
    responder.press("Confirm")
    responder.is_told("Confirmed.")

    risk.page.reload()
    status_of(risk).locator("summary").filter(has_text="Resolve").click()
    risk.sees("The watching window is not over.")
    risk.follow("Override with a reason")
    risk.fill("Reason", "Translation is off at night; nothing to watch until morning.")
    risk.field("Go ahead although").check()
    risk.press("Resolve")
    expect(status_of(risk)).to_contain_text("Resolved")
