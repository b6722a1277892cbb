"""Assessing, answering piece by piece, and changing the tier rules, by programs."""

import copy
from typing import Any

import pytest

from registry.models import AssessmentDraft, TierAssessment
from registry.tiering import DEFAULT_RULE_SET
from tests import people
from tests.api.clients import client_of, problem_of
from tests.api.world import LOW, workflow_of
from tests.registry.assessing import ACT_NONE

pytestmark = pytest.mark.django_db
URL = "/api/v1/workflows/"
RULES = "/api/v1/tier-rules/"


@pytest.fixture
def assess() -> str:
    return f"{URL}{workflow_of(people.owner()).pk}/tier-assessments/"


def test_the_class_follows_from_the_answers(assess: str) -> None:
    listed = {"points": ["III 4(a)"], "reason": "Ranks applicants"}
    act = {**ACT_NONE, "LISTED": listed, "EXEMPTION": {"points": []}}
    made = client_of(people.risk()).post(assess, {"answers": LOW, "ai_act_answers": act})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["ai_act_class"], body["tier"], body["ai_act_finding"]["ground"]) == ("HIGH_RISK", "T1", "LISTED")
    assert "TRANSPARENCY" not in body["ai_act_answers"]  # not asked any more


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ai_act_class"),
        ({"ai_act_class": "HIGH_RISK"}, "ai_act_reason"),
        ({"ai_act_class": "LIMITED", "ai_act_answers": ACT_NONE}, "ai_act_class"),
        ({"ai_act_answers": {"PROHIBITED": {"points": ["III 4(a)"], "reason": "x"}}}, "ai_act_answers"),
        ({"ai_act_answers": {"PROHIBITED": {"points": ["5(1)(a)"]}}}, "ai_act_answers"),
        (
            {"ai_act_class": "MINIMAL", "answers": {**LOW, "AUTONOMY": {"level": "LOW", "evidence": ["ftp://x.test"]}}},
            "AUTONOMY_evidence",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_the_field(assess: str, body: dict[str, Any], field: str) -> None:
    answer = client_of(people.risk()).post(assess, {"answers": LOW, **body})
    assert set(problem_of(answer, 422)["errors"]) == {field}
    assert not TierAssessment.objects.exists()


def test_a_class_that_agrees_with_the_answers_is_taken(assess: str) -> None:
    body = {"answers": LOW, "ai_act_answers": ACT_NONE, "ai_act_class": "MINIMAL"}
    assert client_of(people.risk()).post(assess, body).status_code == 201


def test_a_draft_is_answered_piece_by_piece_and_submitted(assess: str) -> None:
    drafts = assess.replace("tier-assessments", "assessment-drafts")
    risk = client_of(people.risk())
    draft = f"{drafts}{risk.post(drafts, {}).json()['id']}/"
    for area in LOW:
        assert risk.post(f"{draft}answer-area/", {"area": area, "level": "LOW"}).status_code == 200
    for question, answer in ACT_NONE.items():
        sent = risk.post(f"{draft}answer-ai-act/", {"question": question, "points": answer["points"]})
        assert sent.status_code == 200, sent.content
    problem_of(client_of(people.risk("Second Risk")).post(f"{draft}submit/", {}), 403)
    made = risk.post(f"{draft}submit/", {})
    assert (made.status_code, made.json()["tier"]) == (201, "T4")
    assert not AssessmentDraft.objects.exists()


def test_a_newer_assessment_must_have_been_seen(assess: str) -> None:
    drafts = assess.replace("tier-assessments", "assessment-drafts")
    risk, second = client_of(people.risk()), client_of(people.risk("Second Risk"))
    draft = f"{drafts}{risk.post(drafts, {}).json()['id']}/"
    for area in LOW:
        risk.post(f"{draft}answer-area/", {"area": area, "level": "LOW"})
    theirs = second.post(assess, {"answers": LOW, "ai_act_class": "MINIMAL"}).json()["id"]
    assert problem_of(risk.post(f"{draft}submit/", {}), 409)["type"].endswith("newer-assessment")
    assert risk.post(f"{draft}submit/", {"seen": theirs}).status_code == 201


def test_a_wrong_answer_to_a_draft_is_refused_by_its_field(assess: str) -> None:
    drafts = assess.replace("tier-assessments", "assessment-drafts")
    risk = client_of(people.risk())
    draft = f"{drafts}{risk.post(drafts, {}).json()['id']}/"
    answer = risk.post(f"{draft}answer-area/", {"area": "AUTONOMY", "level": "HIGH"})
    assert "AUTONOMY_reason" in problem_of(answer, 422)["errors"]
    answer = risk.post(f"{draft}answer-ai-act/", {"question": "MOOD", "points": []})
    assert "step" in problem_of(answer, 422)["errors"]
    assert risk.post(f"{draft}discard/", {}).status_code == 200
    assert risk.get(draft).status_code == 404


def test_rules_are_tried_proposed_and_approved_by_two_programs() -> None:
    changed = copy.deepcopy(dict(DEFAULT_RULE_SET))["rules"]
    changed[0]["name"] = "A prohibited practice"
    risk = client_of(people.risk())
    tried = risk.post(f"{RULES}try/", {"definition": {"rules": changed}})
    assert (tried.status_code, tried.json()["total"]) == (200, 0)
    made = risk.post(RULES, {"definition": {"rules": changed}, "reason": "Plainer words"})
    assert made.status_code == 201, made.content
    decide = f"{RULES}{made.json()['id']}/decide/"
    problem_of(risk.post(decide, {"approve": True, "reason": "Mine"}), 403)
    decided = client_of(people.executive()).post(decide, {"approve": True, "reason": "Agreed"})
    assert decided.json()["status"] == "APPROVED"
    assert decided.json()["in_words"][0]["name"] == "A prohibited practice"


@pytest.mark.parametrize("address", ["", "try/"])
def test_rules_with_a_gap_are_refused_with_an_example(address: str) -> None:
    body = {"definition": {"rules": DEFAULT_RULE_SET["rules"][:-1]}, "reason": "Shorter"}
    (problem,) = problem_of(client_of(people.risk()).post(RULES + address, body), 422)["errors"]["definition"]
    assert "every area low" in str(problem)


def test_others_do_not_read_the_rules() -> None:
    problem_of(client_of(people.owner()).get(RULES), 403)
