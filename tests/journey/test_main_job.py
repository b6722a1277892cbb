"""The main job from one end to the other: a spreadsheet comes in, an auditor takes the report of an incident away."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reviews.models import ChaseStep
from tests import people
from tests.journey.pdf import is_in, words_of
from tests.journey.visitor import Visitor
from tests.processes.conftest import Worker, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

INVENTORY = Path(__file__).parent.parent / "data" / "inventory-200.csv"
WORKFLOW = "CBP Translate"
TITLE = "Translations leave out warnings"
OPTION = "Stop all translation"
DECISION = "Keep translation off until the glossary is checked."
ACTION = "Compare every warning with the glossary before release"
LOG = b"case,warning,translated\n1,yes,no\n2,yes,no\n"
ABOVE_LOW = {"Customer exposure": "Who meets what", "Autonomy": "What may it do without"}
AT_LOW = ("What is the most sensitive", "How hard is it", "What is at stake", "How much must be", "How likely is")


def test_from_a_spreadsheet_to_the_report_of_an_incident(worker: Worker, enter: Any) -> None:
    owner = people.owner()
    risk, responder = enter(people.risk()), enter(people.responder())
    bring_in_the_inventory(risk)
    give_an_owner(risk, owner.name)
    assess(risk)
    prepare_containment(risk)

    declare(responder)
    contain(responder)
    collect(responder, "Log of the queue", "Interaction log", "queue.csv", LOG)
    collect(responder, "Replay of the cases", "Validation result", "replay.txt", b"200 of 200 complete\n")
    write_down(responder)
    recover(responder, risk)

    review(responder, owner.name)
    second = enter(people.risk("Rolf Second"))
    approve(second)
    close(risk)

    chased = enter(owner)
    is_chased_once(worker, chased)

    auditor = enter(people.auditor())
    pdf = words_of(take_the_report(worker, auditor))
    for wanted in (TITLE, DECISION, OPTION, ACTION, hashlib.sha256(LOG).hexdigest()):
        assert is_in(wanted, pdf), wanted
    finds_every_step(auditor)
    assert [person.complaints for person in (risk, responder, second, chased, auditor)] == [[]] * 5


def bring_in_the_inventory(risk: Visitor) -> None:
    risk.goes_to("import-new")
    risk.field("File").set_input_files(INVENTORY)
    risk.press("Upload and map columns")
    risk.stands_on("Map columns")
    expect(risk.field("Start from")).to_have_value("federal-2024")
    expect(risk.page.get_by_text("200 rows")).to_be_visible()
    risk.press("Try it")
    outcomes = risk.nav("Rows by outcome")
    expect(outcomes.get_by_role("link", name="To create 200")).to_be_visible()
    risk.follow(re.compile(r"^Problems [1-9]\d*$"), outcomes)
    expect(risk.page.get_by_role("columnheader", name="Column")).to_be_visible()
    risk.press("Apply")
    risk.is_told("Imported: 200 workflows created, 0 changed.")


def find_the_workflow(somebody: Visitor) -> None:
    somebody.goes_to("register")
    search = somebody.field("Search this view")
    search.fill(WORKFLOW)
    search.press("Enter")
    somebody.follow(WORKFLOW)
    somebody.stands_on(WORKFLOW)


def give_an_owner(risk: Visitor, name: str) -> None:
    find_the_workflow(risk)
    risk.follow("Change people")
    risk.choose("Business owner", name)
    risk.fill("Reason for the change", "Answers for translation")
    risk.press("Save")
    expect(risk.page.get_by_role("main")).to_contain_text(f"Owner {name}")


def assess(risk: Visitor) -> None:
    risk.follow(re.compile("^Tier"), risk.nav("Workflow sections"))
    risk.follow("Assess")
    for area, question in ABOVE_LOW.items():
        risk.mark(question, "High")
        risk.page.get_by_role("group", name=area).get_by_label("Reason").fill("Travellers act on it at once.")
    for question in AT_LOW:
        risk.mark(question, "Low")
    risk.group("Class under the EU AI Act").get_by_role("radio", name=re.compile("None of the above")).check()
    risk.press("Save assessment")
    expect(risk.page.get_by_role("complementary", name="The tier in force")).to_contain_text("T1")


def prepare_containment(risk: Visitor) -> None:
    risk.follow(re.compile("^Containment"), risk.nav("Workflow sections"))
    risk.follow("Add option")
    risk.choose("Kind", "Kill switch")
    risk.fill("Name", OPTION)
    risk.fill("How it is done", "Turn the flag `translate` off.")
    risk.tick("Roles that may execute it", "Responder")
    risk.fill("Expected time", "5")
    risk.fill("Reason for the change", "Every running workflow needs one")
    risk.press("Add option")
    risk.stands_on(OPTION)


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


def status_of(somebody: Visitor) -> Any:
    return somebody.page.get_by_role("region", name="Incident status")


def collect(responder: Visitor, title: str, kind: str, filename: str, content: bytes) -> None:
    """Add a file and have its custody verified."""
    responder.follow(re.compile("^Evidence"), responder.nav("Incident sections"))
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


def review(responder: Visitor, assignee: str) -> None:
    responder.page.reload()
    responder.page.get_by_label("More actions").click()
    responder.follow("Review")
    responder.press("Begin the review")
    findings = {
        "What happened": "Notices were translated without their warnings.",
        "Which signal fired first": "A reader noticed; nothing fired.",
        "How long before it was detected": "Two hours: completeness is not measured.",
        "Blast radius": "Twelve notices; nothing limited the batch.",
        "What contained it": "The kill switch, within minutes.",
        "Why controls did not prevent it": "The check compares length, not content.",
    }
    for question, answer in findings.items():
        responder.fill(question, answer)
    responder.tick("Where the cause lies", "Validation")
    responder.press("Save")
    responder.is_told("Saved.")
    add_action(responder, ACTION, assignee, days=0)
    add_action(responder, "Measure completeness of every notice daily", assignee, days=30)
    responder.press("Submit for approval")
    responder.is_told("Submitted. A second person decides on it now.")


def add_action(responder: Visitor, title: str, assignee: str, *, days: int) -> None:
    responder.follow("Add an action item")
    responder.fill("What will be different, and where", title)
    responder.choose("What kind of gap it closes", "Detection gap: a new or better signal")
    responder.choose("Owner", assignee)
    responder.fill("Due", str(timezone.localdate() + timedelta(days=days)))
    responder.press("Create")
    responder.is_told("The action item is on record.")
    expect(responder.page.get_by_role("link", name=title)).to_be_visible()


def approve(second: Visitor) -> None:
    second.goes_to("reviews")
    second.follow(re.compile("^Waiting for me"))
    second.follow(TITLE)
    second.press("Approve")
    second.is_told("Approved.")


def close(risk: Visitor) -> None:
    risk.page.reload()
    status_of(risk).get_by_role("link", name="Close", exact=True).click()
    risk.sees("Everything is in place")
    risk.press("Close the incident")
    expect(status_of(risk)).to_contain_text("Closed")


def is_chased_once(worker: Worker, assignee: Visitor) -> None:
    """However often the sweep runs, the step is one notice and one mail."""
    for _sweep in range(3):
        worker.nudge("reviews.tasks.chase")
    wait_until(ChaseStep.objects.exists)
    worker.nudge("registry.tasks.deliver_mail")
    notices = assignee.page.get_by_role("link", name=re.compile("is due today$"))
    assignee.page.reload()
    assignee.follow(re.compile("^Notices, .* unread$"))
    expect(notices).to_have_count(1)
    mail = assignee.page.locator("summary").filter(has_text="is due today")

    def arrived() -> bool:
        assignee.goes_to("mailbox", query="?q=is+due+today")
        return mail.count() > 0

    wait_until(arrived, pause=0.5)
    expect(mail).to_have_count(1)
    expect(mail).to_contain_text("otto.owner@example.test")
    mail.click()
    assignee.sees(ACTION)


def take_the_report(worker: Worker, auditor: Visitor) -> Path:
    auditor.goes_to("incidents")
    auditor.follow(re.compile("^All "), auditor.nav("Views"))
    auditor.follow(TITLE)
    auditor.press("Report")
    auditor.sees("Making the report…")
    worker.nudge("registry.tasks.render_documents")
    with auditor.page.expect_download() as taken:
        auditor.follow("Download PDF")
    return Path(taken.value.path())


def finds_every_step(auditor: Visitor) -> None:
    """The site-wide history names every step, who took it, and why where a reason was given."""
    for name, record, words in STEPS:
        auditor.goes_to("audit")
        auditor.choose("Who", name)
        auditor.choose("Kind of record", record)
        auditor.fill("Words in the reason", words)
        auditor.press("Show")
        expect(auditor.page.get_by_role("region", name="History")).to_contain_text(words or name)


STEPS = [
    ("Rita Risk", "Change-set", ""),
    ("Rita Risk", "Workflow", "Answers for translation"),
    ("Rita Risk", "Tier assessment", ""),
    ("Rita Risk", "Containment option", "Every running workflow needs one"),
    ("Rae Responder", "Incident", ""),
    ("Rae Responder", "Severity assessment", ""),
    ("Rae Responder", "Containment action", "Every notice may lack its warning."),
    ("Rae Responder", "Containment action", "The queue stands still since 09:20."),
    ("Rae Responder", "Evidence", ""),
    ("Rae Responder", "Timeline entry", ""),
    ("Rae Responder", "Incident", "Replay of 200 cases, all complete."),
    ("Rae Responder", "Incident", "Share of complete notices back at 100 %."),
    ("Rita Risk", "Change of state", "Translation is off at night"),
    ("Rae Responder", "Review", ""),
    ("Rae Responder", "Action item", ""),
    ("Rolf Second", "Review", ""),
    ("Axel Auditor", "Document", ""),
]
"""Who, what kind of record, and words of the reason."""
