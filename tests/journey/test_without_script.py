"""Every page works where no script runs."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import people
from tests.journey.visitor import Visitor
from tests.registry import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

TITLE = "Refunds paid twice"


@pytest.fixture
def somebody(visitor: Callable[..., Visitor]) -> Visitor:
    """Risk staff without script, and two workflows."""
    making.assessed(making.workflow())
    making.workflow(name="Letter writer", stage="DEVELOPMENT")
    found = visitor(java_script_enabled=False)
    found.sign_in(people.risk())
    return found


def test_the_register_is_filtered_and_a_workflow_edited(somebody: Visitor) -> None:
    somebody.follow(re.compile("^Register"), somebody.nav("Main"))
    somebody.page.get_by_role("form", name="Filter workflows").get_by_label(re.compile("^T1")).check()
    somebody.press("Apply filters")
    expect(somebody.page.get_by_role("link", name="Letter writer")).to_have_count(0)
    somebody.follow("Claims triage")
    somebody.follow("Edit record")
    somebody.fill("Purpose", "Sorts claims by urgency.")
    somebody.fill("Reason for the change", "Said plainly")
    somebody.press("Save")
    somebody.sees("Sorts claims by urgency.")


def test_an_incident_is_declared_evidenced_and_written_about(somebody: Visitor) -> None:
    somebody.goes_to("declare")
    somebody.fill("What did you see?", TITLE)
    somebody.fill("Find a workflow", "letter")
    somebody.press("Find")
    expect(somebody.field("What did you see?")).to_have_value(TITLE)
    somebody.page.get_by_role("radio", name="Letter writer").check()
    somebody.press("Declare")
    somebody.stands_on(TITLE)

    somebody.follow(re.compile("^Evidence"), somebody.nav("Incident sections"))
    somebody.field("File").set_input_files({"name": "log.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})
    somebody.fill("Title", "Log of the queue")
    somebody.fill("Where it comes from", "Queue refunds-eu")
    somebody.fill("How it was collected", "Export")
    somebody.fill("When it was collected", f"{timezone.now() - timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    somebody.press("Add evidence")
    expect(somebody.page.get_by_role("link", name="Log of the queue")).to_be_visible()

    somebody.follow(TITLE)
    somebody.page.get_by_label("Post an update, or type / for a command").locator("visible=true").fill("Two checked.")
    somebody.press("Post")
    somebody.sees("Two checked.")


def test_what_was_typed_stays_when_something_is_missing(somebody: Visitor) -> None:
    somebody.goes_to("declare")
    somebody.fill("What did you see?", TITLE)
    somebody.press("Declare")
    somebody.stands_on("There is a problem")
    expect(somebody.field("What did you see?")).to_have_value(TITLE)
