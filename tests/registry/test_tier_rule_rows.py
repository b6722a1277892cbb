"""The tier rules in rows: built, moved and proposed without a word of JSON."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.forms.tier_rule_rows import Kind, Line, Rule, as_sent, changed, definition_of, fits, of_definition, sent
from registry.forms.tier_rules import written
from registry.models import TierRuleSet
from registry.tiering import DEFAULT_RULE_SET, AiActClass, Area, validate
from tests import people
from tests.registry import making
from tests.registry.test_tier_rules import autonomous, stricter
from tests.signing_in import signed_in

URL = "/tier-rules/propose/"
areas = st.lists(st.sampled_from([area.value for area in Area]), min_size=1, max_size=6, unique=True)
level = st.sampled_from(["ELEVATED", "HIGH"])
leaves = st.one_of(
    st.fixed_dictionaries({"area": st.sampled_from([a.value for a in Area]), "level": level}).map(
        lambda body: {"at_least": body}
    ),
    st.builds(lambda of, level: {"count": {"level": level, "of": of, "at_least": len(of)}}, areas, level),
    st.builds(lambda level, n: {"count": {"level": level, "at_least": n}}, level, st.integers(1, 7)),
    st.lists(st.sampled_from([c.value for c in AiActClass]), min_size=1, unique=True).map(lambda c: {"class_is": c}),
)
several = st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(leaves, min_size=2))
conditions = st.one_of(
    leaves,
    several,
    st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(several, min_size=2)),
)


def posted(fields: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


@given(conditions)
def test_rows_say_exactly_what_the_definition_says(condition: dict[str, Any]) -> None:
    rules = [
        {"tier": "T1", "name": "One", "when": condition},
        {"tier": "T4", "name": "The rest", "when": {"always": True}},
    ]
    assert validate({"version": "1", "rules": rules}) == []
    assume(fits({"rules": rules}))  # what does not fit is edited as text
    rows = of_definition({"rules": rules})
    assert definition_of(sent(posted(as_sent(rows))))["rules"] == rules


@pytest.mark.parametrize("sent_for_it", ["{}", '{"a": 1, "b": 2}', '{"all": 5}', "[1]", "[" * 9000])
def test_what_was_kept_as_written_and_is_no_condition_is_refused_in_rows_and_as_text(sent_for_it: str) -> None:
    definition = definition_of([Rule("T1", "One", "all", (Line(Kind.WRITTEN, written=sent_for_it),))])
    assert validate(definition)
    assert '"name": "One"' in written(definition)


@given(st.lists(st.text("adupown-0123456789rcte", max_size=12), max_size=8))
def test_no_button_breaks_the_rows(verbs: list[str]) -> None:
    rows = of_definition(DEFAULT_RULE_SET)
    for verb in [*verbs, "up-0", "down-6", "drop-1", "add-0-count", "drop-0-0", "add"]:
        rows, at = changed(rows, verb)
        assert 0 <= at < len(rows)
        assert sent(posted(as_sent(rows))) == rows


def typed(rows: Any, verb: str, **more: str) -> dict[str, Any]:
    base = TierRuleSet.objects.get(number=1).pk
    return {**as_sent(rows), "reason": "Agents", "base": base, "verb": verb, "once": making.token(), **more}


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


@pytest.mark.django_db
def test_a_rule_is_added_by_its_buttons_tried_and_proposed(risk: Client) -> None:
    workflow = autonomous()
    rows = of_definition(DEFAULT_RULE_SET)
    page = risk.post(URL, typed(rows, "add", reason=""))
    assert (page.status_code, page.context["at"], page.context["form"].errors) == (200, 6, {})
    rows = page.context["form"].rows
    for verb in ["up-6", "up-5", "up-4", "up-3", "up-2"]:
        rows = risk.post(URL, typed(rows, verb)).context["form"].rows
    fields = typed(rows, "try") | {"rule-1-tier": "T1", "rule-1-name": "Acts alone", "rule-1-0-area": "AUTONOMY"}
    tried = risk.post(URL, fields)
    assert tried.context["moves"].counts == {("T2", "T1"): 1}
    assert workflow.name in tried.content.decode()
    made = risk.post(URL, fields | {"verb": "propose"})
    assert TierRuleSet.objects.get(number=2).definition["rules"] == stricter()["rules"]
    assert made["Location"] == TierRuleSet.objects.get(number=2).get_absolute_url()


@pytest.mark.django_db
def test_rules_that_leave_answers_without_a_tier_are_refused_with_such_answers(risk: Client) -> None:
    rows = of_definition(DEFAULT_RULE_SET)[:-1]
    refused = risk.post(URL, typed(rows, "propose", reason="Typed with care"))
    assert refused.status_code == 422
    (problem,) = refused.context["form"].non_field_errors()
    assert "No rule gives a tier for these answers: every area low" in problem
    assert "Typed with care" in refused.content.decode()
    assert refused.context["form"].rows == rows


@pytest.mark.django_db
def test_what_is_missing_in_a_row_is_said_at_its_field(risk: Client) -> None:
    rows, at = changed(of_definition(DEFAULT_RULE_SET), "add")
    rows, at = changed(rows, f"add-{at}-count")
    fields = typed(rows, "propose") | {"rule-0-tier": "T3", "rule-2-name": rows[1].name, f"rule-{at}-1-number": "9"}
    fields |= {"rule-3-join": "always", "rule-7-join": "all"}
    refused = risk.post(URL, fields)
    wrong = {name for name in refused.context["form"].errors if not name.startswith(f"rule-{at}")}
    assert wrong == {"rule-1-tier", "rule-1-name", "rule-2-name", "rule-3-join", "rule-7-join"}
    assert {f"rule-{at}-{name}" for name in ("tier", "name", "0-area", "1-number", "1-areas")} <= set(
        refused.context["form"].errors
    )
    assert "Rule 7, Name, read as the reason – " in refused.content.decode()


@pytest.mark.django_db
def test_rows_become_text_and_text_becomes_rows_with_nothing_lost(risk: Client) -> None:
    nested = {"all": [{"class_is": ["LIMITED"]}, {"any": [{"count": {"level": "HIGH", "at_least": 2}}]}]}
    rules = [{"tier": "T2", "name": "Both", "when": nested}, DEFAULT_RULE_SET["rules"][-1]]
    rows = of_definition({"rules": rules})
    text = risk.post(f"{URL}text/", typed(rows, "text", reason="Kept"))
    form = text.context["form"]
    assert form["reason"].value() == "Kept"
    sent_back = {name: form[name].value() or "" for name in form.fields} | {"verb": "rows"}
    page = risk.post(URL, sent_back)
    assert page.context["form"].definition["rules"] == rules
    assert page.context["form"]["reason"].value() == "Kept"
    assert "change them as text" in page.content.decode()
