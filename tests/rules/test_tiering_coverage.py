"""Rules over all possible answers: what none of them catches, and which of them can never decide."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.ai_act import AiActClass
from registry.risk_areas import Area, Level
from registry.tiering import DEFAULT_RULE_SET, validate
from registry.tiering_coverage import ALL, caught, never_decides, uncaught
from registry.tiering_rules import holds

areas = st.sampled_from(list(Area))
classes = st.sampled_from(list(AiActClass))
upper = st.sampled_from([Level.ELEVATED, Level.HIGH])
leaves = st.one_of(
    st.builds(lambda area, level: {"at_least": {"area": str(area), "level": str(level)}}, areas, upper),
    st.builds(
        lambda of, level: {"count": {"of": [str(a) for a in of], "level": str(level), "at_least": (len(of) + 1) // 2}},
        st.lists(areas, min_size=1, unique=True),
        upper,
    ),
    st.builds(lambda of: {"class_is": [str(one) for one in of]}, st.lists(classes, min_size=1)),
    st.just({"always": True}),
)
conditions: Any = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
levels = st.fixed_dictionaries({area: st.sampled_from(list(Level)) for area in Area})


def place(given_levels: dict[Area, Level], ai_act: AiActClass) -> int:
    """The bit of these answers: where the conditions that hold for them alone meet."""
    bit = list(AiActClass).index(ai_act)
    run = len(AiActClass)
    for area in Area:
        bit += given_levels[area].rank * run
        run *= len(Level)
    return bit


@given(conditions, levels, st.sampled_from(list(AiActClass)))
def test_a_condition_catches_exactly_the_answers_on_which_it_holds(
    condition: dict[str, Any], given_levels: dict[Area, Level], ai_act: AiActClass
) -> None:
    is_caught = bool(caught(condition) >> place(given_levels, ai_act) & 1)
    assert is_caught == holds(condition, given_levels, ai_act)


@given(st.lists(conditions, min_size=1, max_size=4))
def test_the_example_of_a_gap_is_caught_by_no_rule(found: list[dict[str, Any]]) -> None:
    rules = [{"when": condition} for condition in found]
    example = uncaught(rules)
    if example is None:
        union = 0
        for condition in found:
            union |= caught(condition)
        assert union == ALL
    else:
        assert not any(holds(condition, example.levels, example.ai_act) for condition in found)


def test_a_rule_set_with_a_gap_is_refused_with_answers_that_fall_through() -> None:
    rules = copy.deepcopy(dict(DEFAULT_RULE_SET))
    rules["rules"][-1]["when"] = {"class_is": ["MINIMAL", "LIMITED"]}
    assert validate(rules) == ["No rule gives a tier for these answers: every area low, EU AI Act: Not assessed."]


def test_a_rule_that_an_earlier_one_swallows_is_named() -> None:
    rules = copy.deepcopy(dict(DEFAULT_RULE_SET))["rules"]
    swallowed = {"tier": "T1", "name": "Five areas are high", "when": {"count": {"level": "HIGH", "at_least": 5}}}
    assert never_decides(rules) == []
    assert never_decides([*rules[:4], swallowed, *rules[4:]]) == [5]


def test_conditions_that_stand_too_deep_are_refused() -> None:
    condition: dict[str, Any] = {"always": True}
    for _depth in range(200):
        condition = {"all": [condition]}
    rules = {
        "version": "2",
        "rules": [{"tier": "T1", "name": "Deep", "when": condition}, DEFAULT_RULE_SET["rules"][-1]],
    }
    assert any("too deeply" in problem for problem in validate(rules))


def test_a_name_that_cannot_be_shown_or_a_key_that_means_nothing_is_refused() -> None:
    for spoiled in ({"name": "nul\x00byte"}, {"name": "x" * 201}, {"note": "why"}):
        rules = copy.deepcopy(dict(DEFAULT_RULE_SET))
        rules["rules"][0].update(spoiled)
        assert validate(rules)
