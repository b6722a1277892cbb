"""The organisation's rules are total, lead on, and are refused at the place that is wrong."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import communicating, escalation
from registry.organisation_rules import RulesKind
from registry.responsible import Called, Responsible
from registry.severities import Severity

steps = st.builds(
    lambda role, after, by: {"role": role, "person": None, "after_minutes": after, "by": by},
    st.sampled_from([role.value for role in Responsible]),
    st.integers(0, escalation.LONGEST_MINUTES),
    st.sampled_from([channel.value for channel in escalation.Channel]),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([*RulesKind, *Severity]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def changed(kind: RulesKind, *way: Any, to: Any) -> dict[str, Any]:
    """What is shipped, with the value at the end of `way` replaced."""
    found = copy.deepcopy(kind.shipped)
    inner: Any = found
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = to
    return found


def told(kind: RulesKind, definition: object) -> list[tuple[Any, ...]]:
    return [problem.place for problem in kind.problems(definition)]


@pytest.mark.parametrize("kind", list(RulesKind))
def test_what_is_shipped_is_sound_even_after_a_trip_through_json(kind: RulesKind) -> None:
    assert told(kind, json.loads(json.dumps(kind.shipped))) == []


@given(st.sampled_from(RulesKind), anything)
def test_strange_data_is_refused_and_never_fails(kind: RulesKind, strange: Any) -> None:
    assert told(kind, strange)
    [top] = kind.shipped
    assert told(kind, {top: strange})


@pytest.mark.parametrize("kind", [RulesKind.SEVERITY, RulesKind.ESCALATION])
@pytest.mark.parametrize("level", list(Severity))
def test_rules_that_leave_out_a_severity_are_refused(kind: RulesKind, level: Severity) -> None:
    part = copy.deepcopy(kind.shipped)
    del part["levels"][level.value]
    assert told(kind, part) == [("levels",)]


def test_a_severity_nobody_is_told_at_is_refused() -> None:
    assert told(RulesKind.ESCALATION, changed(RulesKind.ESCALATION, "levels", "SEV-2", to=[])) == [("levels", "SEV-2")]
    rules = [rule for rule in RulesKind.COMMUNICATION.shipped["rules"] if "SEV-3" not in rule["levels"]]
    assert told(RulesKind.COMMUNICATION, {"rules": rules}) == [("rules",)]


def test_a_decision_that_is_nobodys_is_refused() -> None:
    assert told(RulesKind.DECISIONS, changed(RulesKind.DECISIONS, "decisions", "STOP", to={})) == [
        ("decisions", "STOP")
    ]
    same = {"decides": "LEAD", "stands_in": "LEAD", "note": ""}
    found = told(RulesKind.DECISIONS, changed(RulesKind.DECISIONS, "decisions", "STOP", to=same))
    assert found == [("decisions", "STOP", "stands_in")]


def test_a_path_that_goes_round_in_a_circle_is_refused_at_the_step_that_closes_it() -> None:
    ladder = [
        {"role": role, "person": person, "after_minutes": minutes, "by": "CALL"}
        for role, person, minutes in (("LEAD", None, 0), (None, 7, 5), ("RISK", None, 5), (None, 7, 10))
    ]
    assert told(RulesKind.ESCALATION, changed(RulesKind.ESCALATION, "levels", "SEV-1", to=ladder)) == [
        ("levels", "SEV-1", 3, "to")
    ]


@given(st.lists(steps, min_size=1, max_size=escalation.MOST_STEPS))
def test_a_path_is_sound_exactly_when_it_never_returns_and_never_goes_back_in_time(ladder: list[Any]) -> None:
    roles, minutes = [step["role"] for step in ladder], [step["after_minutes"] for step in ladder]
    is_sound = len(set(roles)) == len(roles) and minutes == sorted(minutes)
    found = escalation.validate(changed(RulesKind.ESCALATION, "levels", "SEV-1", to=ladder))
    assert (found == []) is is_sound


def test_worse_never_means_slower() -> None:
    scale = changed(RulesKind.SEVERITY, "levels", "SEV-1", "update_minutes", to=500)
    assert told(RulesKind.SEVERITY, scale) == [("levels", "SEV-1", "update_minutes")]


def test_nobody_is_told_twice_about_the_same_by_two_rules() -> None:
    rules = copy.deepcopy(RulesKind.COMMUNICATION.shipped["rules"])
    rules[1]["levels"] = ["SEV-1", "SEV-2"]
    [problem] = RulesKind.COMMUNICATION.problems({"rules": rules})
    assert (problem.place, str(problem)) == (
        ("rules", 1, "levels"), "Rule 2: Customers at SEV-1 stand in rule 1 already."
    )  # fmt: skip


def test_what_is_shipped_agrees_with_the_severity_scale_and_a_contradiction_is_named() -> None:
    scale, rules = RulesKind.SEVERITY.shipped, RulesKind.COMMUNICATION.shipped
    assert communicating.disagreements(rules, scale) == []
    silent = {"rules": [rule for rule in rules["rules"] if rule["audience"] != "CUSTOMERS"]}
    assert [sentence[:5] for sentence in communicating.disagreements(silent, scale)] == ["SEV-1"]
    quiet = changed(RulesKind.SEVERITY, "levels", "SEV-1", "external_communication", to="NOT_OWED")
    assert "these rules owe customers" in communicating.disagreements(rules, quiet)[0]


def test_everyone_who_is_called_can_be_named_in_rules() -> None:
    assert set(Called) <= set(Responsible)
