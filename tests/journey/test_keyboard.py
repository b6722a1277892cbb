"""Work without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from incidents.models import AffectedOutput
from incidents.services.outputs import bringing
from tests import people
from tests.incidents.making import after, declared
from tests.journey.visitor import Visitor
from tests.registry import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

STOPS = 80
"""More than any page needs before the first question of its form."""


def reach(somebody: Visitor, target: Locator) -> None:
    """Tab until `target` has the focus."""
    for _stop in range(STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        somebody.page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached by Tab.")


def write(somebody: Visitor, label: str, words: str) -> None:
    reach(somebody, somebody.field(label))
    somebody.page.keyboard.type(words)


@pytest.fixture
def somebody(visitor: Callable[..., Visitor]) -> Visitor:
    """A responder who signed in with the keys."""
    responder = people.responder()
    making.workflow()
    found = visitor()
    found.page.goto("/")
    write(found, "Email", responder.email)
    write(found, "Password", people.PASSWORD)
    found.page.keyboard.press("Enter")
    expect(found.page.get_by_label("Your menu, Rae Responder")).to_be_visible()
    return found


def test_the_palette_leads_to_a_workflow_and_a_key_to_declaring(somebody: Visitor) -> None:
    keys = somebody.page.keyboard
    keys.press("Control+k")
    expect(somebody.page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    keys.type("claims tri")
    expect(somebody.page.get_by_role("option", name="Claims triage", selected=True)).to_be_visible()
    keys.press("Enter")
    somebody.stands_on("Claims triage")

    keys.press("c")
    somebody.stands_on("Declare an incident")
    write(somebody, "What did you see?", "Refunds paid twice")
    write(somebody, "What happened, as far as you know", "Two customers called.")
    write(somebody, "Find a workflow", "claims")
    workflow = somebody.page.get_by_role("radio", name="Claims triage")
    expect(workflow).to_have_count(1)
    reach(somebody, workflow)
    keys.press("Space")
    expect(workflow).to_be_checked()
    reach(somebody, somebody.page.get_by_role("button", name="Declare", exact=True))
    keys.press("Enter")
    somebody.stands_on("Refunds paid twice")
    assert somebody.complaints == []


def test_the_palette_closes_and_gives_the_focus_back(somebody: Visitor) -> None:
    opener = somebody.page.get_by_role("link", name="Search or run a command")
    reach(somebody, opener)
    somebody.page.keyboard.press("Enter")
    expect(somebody.page.get_by_role("dialog")).to_be_visible()
    somebody.page.keyboard.press("Escape")
    expect(somebody.page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_first_stop_of_a_page_skips_to_its_content(somebody: Visitor) -> None:
    somebody.goes_to("incidents")
    somebody.page.keyboard.press("Tab")
    expect(somebody.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    somebody.page.keyboard.press("Enter")
    expect(somebody.page.get_by_role("main")).to_be_focused()


def test_what_has_the_focus_shows_it(somebody: Visitor) -> None:
    somebody.goes_to("register")
    unmarked = []
    for _stop in range(25):
        somebody.page.keyboard.press("Tab")
        unmarked += [somebody.page.evaluate(UNMARKED)]
    assert [found for found in unmarked if found] == []


UNMARKED = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return "";
  const marked = [focused, focused.parentElement, focused.closest("label")].filter(Boolean).some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return marked ? "" : focused.outerHTML.slice(0, 120);
}"""


def test_outputs_are_decided_with_one_key_each(somebody: Visitor) -> None:
    incident = declared()
    bringing.bring_text(incident, by=incident.declared_by, at=after(1), text="CL-1\nCL-2\nCL-3\n")
    keys = somebody.page.keyboard
    somebody.goes_to("incident-outputs-begin", incident.pk, query="?of=nobody")
    somebody.stands_on("CL-1")
    for key in ("m", "c", "a"):
        keys.press(key)
    somebody.stands_on("CL-2")
    keys.press("z")
    somebody.stands_on("CL-1")
    expect(somebody.page.get_by_role("radio", name="Not known")).to_be_checked()
    keys.press("u")
    somebody.stands_on("CL-2")
    keys.press("b")
    somebody.stands_on("CL-3")
    found = AffectedOutput.objects.order_by("pk").values_list("decision", flat=True)
    assert list(found) == ["UNAFFECTED", "AMBIGUOUS", "UNDECIDED"]
