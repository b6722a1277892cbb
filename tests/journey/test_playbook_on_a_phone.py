"""A playbook under pressure: every question fits on one screen of a telephone, with the way on in view."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registry.playbook_questions import FIELDS, Question
from registry.services import playbooks
from tests import people
from tests.browser import overflow
from tests.journey.visitor import Visitor
from tests.registry import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
WORDS = (
    "Take the decision log since the last good hour, by rule and by model version. Two handlers read a tenth of it; "
)
MEASURE = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  return [box('.pbbody').bottom <= box('.pbnav').top + 1, box('.pbnav').bottom <= window.innerHeight];
}"""


def test_every_question_fits_on_one_screen_and_leads_to_the_next(visitor: Callable[..., Visitor]) -> None:
    workflow = making.workflow(technical_owner=people.responder("Tess Technical"))
    for n, kind in enumerate(("PAUSE_PATHS", "ROLLBACK_CONFIGURATION", "FALL_BACK_TO_HUMAN", "KILL_SWITCH")):
        making.option(workflow, kind=kind, name=f"Option number {n}", load_carrier="Claims handlers, nine on shift")
    for n in range(4):
        making.signal(workflow, name=f"Share of declines {n}")
        making.action(workflow, name=f"Send the decline letter {n}")
    playbooks.begin(
        workflow, by=people.risk(), at=timezone.now(), owner=people.owner(), reason="First",
        **dict.fromkeys(FIELDS, WORDS * 2),
    )  # fmt: skip
    somebody = visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    somebody.is_let_in(people.responder())
    page = somebody.page
    page.goto(f"/workflows/{workflow.pk}/playbook/incident/")
    for question in Question:
        expect(page.locator("h1")).to_contain_text(question.label)
        assert page.evaluate(MEASURE) == [True, True], question
        assert overflow(page) == ""
        page.locator(".pbnav .btn.pri").tap()
    expect(page).to_have_url(re.compile("/playbook/$"))
    assert somebody.complaints == []
