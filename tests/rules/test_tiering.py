import copy
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tiering import (
    CAPABILITIES,
    DEFAULT_RULE_SET,
    TIERS,
    AiActClass,
    Area,
    Cause,
    Level,
    TierResult,
    Unanswered,
    decide,
    required_capabilities,
    validate,
)

ALL_LOW = dict.fromkeys(Area, Level.LOW)
answers = st.fixed_dictionaries({area: st.sampled_from(list(Level)) for area in Area})
classes = st.sampled_from(list(AiActClass))


def tier(**levels: Level) -> TierResult:
    given_answers = ALL_LOW | {Area(name): level for name, level in levels.items()}
    return decide(given_answers, AiActClass.MINIMAL, DEFAULT_RULE_SET)


@pytest.mark.parametrize("first", ["AUTONOMY", "REVERSIBILITY"])
@pytest.mark.parametrize("second", ["CUSTOMER_EXPOSURE", "BUSINESS_IMPACT"])
def test_high_freedom_meeting_high_consequence_is_critical(first: str, second: str) -> None:
    result = tier(**{first: Level.HIGH, second: Level.HIGH})
    assert result.tier == "T1"
    assert {cause.area for cause in result.causes} == {first, second}


@pytest.mark.parametrize("ai_act", [AiActClass.HIGH_RISK, AiActClass.PROHIBITED])
def test_a_high_risk_or_prohibited_class_is_critical_by_itself(ai_act: AiActClass) -> None:
    result = decide(ALL_LOW, ai_act, DEFAULT_RULE_SET)
    assert result.tier == "T1"
    assert result.causes == (Cause(None, ai_act),)


def test_four_high_areas_are_critical_whichever_they_are() -> None:
    high = ["DATA_SENSITIVITY", "OBSERVABILITY", "RECURRENCE", "AUTONOMY"]
    assert tier(**dict.fromkeys(high, Level.HIGH)).tier == "T1"
    assert tier(**dict.fromkeys(high[:3], Level.HIGH)).tier == "T2"


@pytest.mark.parametrize(
    "area", ["CUSTOMER_EXPOSURE", "DATA_SENSITIVITY", "AUTONOMY", "REVERSIBILITY", "BUSINESS_IMPACT"]
)
def test_one_high_area_of_consequence_is_high(area: str) -> None:
    assert tier(**{area: Level.HIGH}).tier == "T2"


@pytest.mark.parametrize("area", ["OBSERVABILITY", "RECURRENCE"])
def test_high_observability_or_recurrence_alone_is_moderate(area: str) -> None:
    assert tier(**{area: Level.HIGH}).tier == "T3"


def test_one_elevated_area_is_moderate() -> None:
    assert tier(RECURRENCE=Level.ELEVATED).tier == "T3"


def test_all_low_is_low_without_a_cause() -> None:
    result = tier()
    assert (result.tier, result.causes) == ("T4", ())


def test_other_answers_that_would_do_as_well_are_named_beside_the_causes() -> None:
    result = tier(DATA_SENSITIVITY=Level.HIGH, AUTONOMY=Level.HIGH, RECURRENCE=Level.ELEVATED)
    assert [cause.area for cause in result.causes] == [Area.DATA_SENSITIVITY]
    assert [cause.area for cause in result.also] == [Area.AUTONOMY]


def test_the_change_that_would_lower_the_tier_is_named() -> None:
    result = tier(AUTONOMY=Level.HIGH, CUSTOMER_EXPOSURE=Level.HIGH)
    assert {(c.area, c.level, c.tier) for c in result.changes if c.tier != "T1"} == {
        (area, level, "T2") for area in (Area.AUTONOMY, Area.CUSTOMER_EXPOSURE) for level in (Level.LOW, Level.ELEVATED)
    }


def test_a_tier_is_not_guessed_from_part_of_the_answers() -> None:
    with pytest.raises(Unanswered) as unanswered:
        decide({Area.AUTONOMY: Level.HIGH}, AiActClass.MINIMAL, DEFAULT_RULE_SET)
    assert Area.AUTONOMY not in unanswered.value.areas
    assert len(unanswered.value.areas) == len(Area) - 1


@given(answers, classes)
def test_every_combination_of_answers_has_a_tier(given_answers: dict[Area, Level], ai_act: AiActClass) -> None:
    assert decide(given_answers, ai_act, DEFAULT_RULE_SET).tier in TIERS


@given(answers, classes, st.sampled_from(list(Area)))
def test_a_worse_answer_never_earns_a_milder_tier(
    given_answers: dict[Area, Level], ai_act: AiActClass, area: Area
) -> None:
    worse = {**given_answers, area: Level.HIGH}
    before = decide(given_answers, ai_act, DEFAULT_RULE_SET).tier
    assert decide(worse, ai_act, DEFAULT_RULE_SET).tier <= before


@given(answers, classes)
def test_the_causes_alone_bring_about_the_tier(given_answers: dict[Area, Level], ai_act: AiActClass) -> None:
    result = decide(given_answers, ai_act, DEFAULT_RULE_SET)
    assert _from_causes(result.causes, given_answers).tier == result.tier


@given(answers, classes)
def test_no_cause_can_be_left_out(given_answers: dict[Area, Level], ai_act: AiActClass) -> None:
    result = decide(given_answers, ai_act, DEFAULT_RULE_SET)
    for left_out in result.causes:
        rest = tuple(cause for cause in result.causes if cause != left_out)
        assert _from_causes(rest, given_answers).rule_name != result.rule_name


@given(answers, classes)
def test_each_change_named_moves_the_tier_and_no_other_does(
    given_answers: dict[Area, Level], ai_act: AiActClass
) -> None:
    result = decide(given_answers, ai_act, DEFAULT_RULE_SET)
    named = {(change.area, change.level): change.tier for change in result.changes}
    for area in Area:
        for level in Level:
            moved = decide({**given_answers, area: level}, ai_act, DEFAULT_RULE_SET).tier
            assert named.get((area, level), result.tier) == moved
    for other in set(AiActClass) - {AiActClass.NOT_ASSESSED}:
        moved = decide(given_answers, other, DEFAULT_RULE_SET).tier
        assert named.get((None, other), result.tier) == moved


@given(answers, classes)
def test_a_result_can_be_stored_as_json(given_answers: dict[Area, Level], ai_act: AiActClass) -> None:
    stored = asdict(decide(given_answers, ai_act, DEFAULT_RULE_SET))
    assert json.loads(json.dumps(stored))["tier"] == stored["tier"]


def _from_causes(causes: tuple[Cause, ...], given_answers: dict[Area, Level]) -> TierResult:
    levels = ALL_LOW | {cause.area: given_answers[cause.area] for cause in causes if cause.area}
    ai_act = next((cause.level for cause in causes if isinstance(cause.level, AiActClass)), AiActClass.NOT_ASSESSED)
    return decide(levels, ai_act, DEFAULT_RULE_SET)


def test_nothing_is_wrong_with_the_default_rules_even_after_a_trip_through_json() -> None:
    assert validate(json.loads(json.dumps(DEFAULT_RULE_SET))) == []


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({"at_least": {"area": "MOOD", "level": "HIGH"}}, "“MOOD” is not an area"),
        ({"at_least": {"area": "AUTONOMY", "level": "LOW"}}, "must be ELEVATED or HIGH"),
        ({"at_least": {"area": "AUTONOMY"}}, "needs an area and a level"),
        ({"count": {"level": "HIGH", "at_least": 8}}, "between 1 and 7"),
        ({"count": {"level": "HIGH", "of": ["AUTONOMY"], "at_least": 2}}, "between 1 and 1"),
        ({"count": {"level": "HIGH", "of": ["AUTONOMY", "AUTONOMY"], "at_least": 1}}, "named twice"),
        ({"count": {"level": "HIGH", "of": "AUTONOMY", "at_least": 1}}, "as a list"),
        ({"class_is": ["SCARY"]}, "“SCARY” is not a class"),
        ({"class_is": []}, "needs a list of classes"),
        ({"any": []}, "needs a list of conditions"),
        ({"all": [{"not": {}}]}, "“not” is not a kind of condition"),
        ({"always": False}, "can only be true"),
        ({"always": True}, "could never decide"),
        ({"always": True, "any": []}, "exactly one key"),
        (None, "exactly one key"),
    ],
)
def test_a_condition_that_makes_no_sense_is_named_with_its_rule(condition: object, problem: str) -> None:
    rules = copy.deepcopy(dict(DEFAULT_RULE_SET))
    rules["rules"][1]["when"] = condition
    assert any(problem in found and found.startswith("Rule 2: ") for found in validate(rules))


def _without_fallback(rules: dict[str, Any]) -> None:
    rules["rules"].pop()


def _upside_down(rules: dict[str, Any]) -> None:
    rules["rules"][0]["tier"] = "T3"


def _same_name(rules: dict[str, Any]) -> None:
    rules["rules"][0]["name"] = rules["rules"][1]["name"]


def _without_version(rules: dict[str, Any]) -> None:
    del rules["version"]


def _unknown_tier(rules: dict[str, Any]) -> None:
    rules["rules"][-1]["tier"] = "T5"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_without_fallback, "No rule gives a tier for these answers: every area low"),
        (_upside_down, "most serious tier to the mildest"),
        (_same_name, "the same name"),
        (_without_version, "needs a version"),
        (_unknown_tier, "the tier must be one of"),
    ],
)
def test_a_rule_set_that_cannot_be_relied_on_is_refused(spoil: Any, problem: str) -> None:
    rules = copy.deepcopy(dict(DEFAULT_RULE_SET))
    spoil(rules)
    assert any(problem in found for found in validate(rules))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_checking_never_fails_on_strange_data_but_says_what_is_wrong(strange: object) -> None:
    assert validate(strange)
    assert validate({"version": "1", "rules": strange})
    assert validate({"version": "1", "rules": [strange, DEFAULT_RULE_SET["rules"][-1]]})
    for kind in ("all", "any", "count", "at_least", "class_is"):
        rule = {"tier": "T1", "name": "x", "when": {kind: strange}}
        assert validate({"version": "1", "rules": [rule, DEFAULT_RULE_SET["rules"][-1]]})


@given(answers)
def test_capabilities_are_asked_for_exactly_by_the_areas_above_low(given_answers: dict[Area, Level]) -> None:
    asking = {capability.area for capability in required_capabilities(given_answers)}
    assert asking == {area for area, level in given_answers.items() if level is not Level.LOW}


def test_an_autonomous_workflow_must_be_stoppable() -> None:
    keys = {capability.key for capability in required_capabilities(ALL_LOW | {Area.AUTONOMY: Level.ELEVATED})}
    assert {"KILL_SWITCH", "APPROVAL_GATE", "ROLLBACK", "TOOL_LOGGING"} == keys


def test_no_two_capabilities_share_a_key() -> None:
    assert len({capability.key for capability in CAPABILITIES}) == len(CAPABILITIES)


@pytest.mark.parametrize("area", list(Area))
def test_every_area_has_a_question_and_a_different_sentence_for_each_level(area: Area) -> None:
    sentences = {area.signal(level) for level in Level}
    assert area.question.endswith("?")
    assert len(sentences) == len(Level)
    assert all(sentence.endswith(".") for sentence in sentences)
