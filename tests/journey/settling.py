"""What follows: the review, the closing, the chase, the report and the history of it all."""

import re
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from registry.kernel.ledger import sequencing
from reviews.models import ChaseStep
from tests.journey.handling import status_of
from tests.journey.story import ACTION, TITLE
from tests.journey.visitor import Visitor
from tests.processes.conftest import Worker, wait_until


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


def approve(second: Visitor, title: str = TITLE) -> None:
    second.goes_to("reviews")
    second.follow(re.compile("^Waiting for me"))
    second.follow(title)
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
    sequencing.advance()
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
