"""The pages of the tier rules."""

import json
from typing import Any

import pytest
from django.test import Client

from registry.models import TierRuleSet
from registry.reports.tier_rules import words
from registry.tiering import DEFAULT_RULE_SET
from tests import people
from tests.registry import making
from tests.registry.test_tier_rules import autonomous, proposed, stricter
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/tier-rules/"
TEXT = "/tier-rules/propose/text/"


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def form(rules: Any, **more: Any) -> dict[str, Any]:
    base = TierRuleSet.objects.get(number=1).pk
    text = rules if isinstance(rules, str) else json.dumps(rules, indent=2)
    return {"rules": text, "reason": "Agents", "base": base, "verb": "propose", "once": making.token(), **more}


@pytest.mark.parametrize("somebody", [people.risk, people.executive, people.auditor])
def test_the_rules_are_read_in_words(somebody: Any) -> None:
    page = signed_in(somebody()).get(URL)
    assert "at least 1 of Autonomy, Reversibility is high" in page.content.decode()
    assert page.context["in_force"].number == 1


@pytest.mark.parametrize("somebody", [people.owner, people.member, people.responder, people.administrator])
def test_others_do_not_read_them(somebody: Any) -> None:
    assert signed_in(somebody()).get(URL).status_code == 403


def test_conditions_inside_one_another_are_told_apart() -> None:
    high = {"at_least": {"area": "AUTONOMY", "level": "HIGH"}}
    some = {"count": {"level": "ELEVATED", "at_least": 2}}
    clause = words({"all": [high, {"any": [some, {"class_is": ["LIMITED"]}]}]})
    assert clause == (
        "Autonomy is high and (at least 2 areas are elevated or high or the EU AI Act class is Limited risk)"
    )


def test_the_form_starts_from_the_rules_in_force_and_reads_them_back(risk: Client) -> None:
    text = risk.get(TEXT).context["form"]["rules"].value()
    assert json.loads(text) == DEFAULT_RULE_SET["rules"]


def test_a_change_is_tried_proposed_and_approved_by_somebody_else(risk: Client) -> None:
    workflow = autonomous()
    tried = risk.post(TEXT, form(stricter()["rules"], verb="try", reason=""))
    assert tried.context["moves"].counts == {("T2", "T1"): 1}
    assert TierRuleSet.objects.count() == 1
    made = risk.post(TEXT, form(stricter()["rules"]))
    page = risk.get(made["Location"])
    assert [d.name for d in page.context["differences"]] == ["Acts alone"]
    assert workflow.name in page.content.decode()
    decision = {"verb": "approve", "reason": "Agreed"}
    assert risk.post(made["Location"], decision).status_code == 403
    assert signed_in(people.executive()).post(made["Location"], decision).status_code == 302
    assert TierRuleSet.objects.get(number=2).status == "APPROVED"


def test_a_mistake_in_the_text_is_named_with_line_and_column(risk: Client) -> None:
    refused = risk.post(TEXT, form('[\n  {"tier": "T1",,}\n]'))
    assert refused.status_code == 422
    assert "Line 2, column 17" in refused.context["form"].errors["rules"][0]


def test_a_mistake_in_a_rule_is_named_with_its_line(risk: Client) -> None:
    rules = stricter()["rules"]
    rules[1]["when"] = {"at_least": {"area": "MOOD", "level": "HIGH"}}
    text = json.dumps(rules, indent=2)
    line = text[: text.index('"Acts alone"')].count("\n") - 1  # where the rule begins, above its tier and name
    (problem,) = risk.post(TEXT, form(text)).context["form"].errors["rules"]
    assert problem == f"Line {line}. Rule 2: “MOOD” is not an area."


@pytest.mark.parametrize("text", ["", "null", "3", "[]", "[[]]", "[" * 5000, '{"rules": []}', "[{}]"])
def test_what_is_no_list_of_rules_is_refused_and_stays_in_the_form(risk: Client, text: str) -> None:
    refused = risk.post(TEXT, form(text))
    assert refused.status_code == 422
    assert "rules" in refused.context["form"].errors


def test_rules_that_can_never_decide_are_pointed_out(risk: Client) -> None:
    rules = stricter()["rules"]
    rules.insert(2, {"tier": "T1", "name": "Again", "when": rules[1]["when"]})
    assert risk.post(TEXT, form(rules, verb="try")).context["never"] == [3]


def test_a_decision_without_a_reason_is_shown_again() -> None:
    rules = proposed()
    answer = signed_in(people.executive()).post(f"{URL}{rules.pk}/", {"verb": "approve", "reason": " "})
    assert answer.status_code == 422
    rules.refresh_from_db()
    assert rules.is_waiting


def test_the_list_takes_as_many_queries_for_many_versions_as_for_few(
    risk: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        proposed()
    with django_assert_max_num_queries(9):
        assert risk.get(URL).status_code == 200
