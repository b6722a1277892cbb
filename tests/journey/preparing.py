"""Before anything happens: the inventory comes in, a workflow gets an owner, a tier and a way to stop it."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journey.story import OPTION, WORKFLOW
from tests.journey.visitor import Visitor

INVENTORY = Path(__file__).parent.parent / "data" / "inventory-200.csv"
ANSWERS = (
    ("Who meets what", "High"),
    ("What is the most sensitive", "Low"),
    ("What may it do without", "High"),
    ("How hard is it", "Low"),
    ("What is at stake", "Low"),
    ("How much must be", "Low"),
    ("How likely is", "Low"),
)
ACT = (
    ("Does it do any of these?", "None of these"),
    ("Is it a regulated product", "No"),
    ("Is it meant for any of these uses?", "None of these"),
    ("Does any of these hold?", "None of these"),
)


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
    risk.press("Begin")
    for question, level in ANSWERS:
        risk.mark(question, level)
        if level != "Low":
            risk.fill("Reason", "Travellers act on it at once.")
        risk.press("Keep and go on")
    for question, answer in ACT:
        risk.group(question).get_by_label(answer, exact=True).check()
        risk.press("Keep and go on")
    risk.stands_on("Check your answers")
    risk.press("Submit assessment")
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
