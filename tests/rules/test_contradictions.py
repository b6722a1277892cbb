"""Answers that do not fit together are pointed out, each with where to put it right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ai_act import AiActClass
from registry.blast_radius import Reach, Reversibility, Validation
from registry.contradictions import Act, Known, contradictions
from registry.risk_areas import Area, Level

LOW = dict.fromkeys(Area, Level.LOW)


def steps(
    levels: dict[Area, Level] | None = None,
    reasons: dict[Area, str] | None = None,
    act: dict[str, Any] | None = None,
    ai_act: AiActClass = AiActClass.MINIMAL,
    **known: Any,
) -> list[str]:
    found = contradictions(LOW if levels is None else levels, reasons or {}, act or {}, ai_act, Known(**known))
    return [one.step for one in found]


@pytest.mark.parametrize(
    ("known", "step"),
    [
        ({"statements": ("Sorts mail and acts alone at night.",)}, "AUTONOMY"),
        ({"statements": ("Pays refunds. A payment cannot be undone.",)}, "REVERSIBILITY"),
        ({"has_tools": True}, "AUTONOMY"),
        ({"reaches_public": True}, "CUSTOMER_EXPOSURE"),
        ({"uses_personal_data": True}, "DATA_SENSITIVITY"),
        ({"touches_rights_or_safety": True}, "BUSINESS_IMPACT"),
    ],
)
def test_a_low_answer_is_held_against_what_is_known(known: dict[str, Any], step: str) -> None:
    assert steps(**known) == [step]
    assert steps(levels=dict.fromkeys(Area, Level.HIGH), act={}, **known) == []


def test_a_reason_that_says_the_opposite_is_quoted() -> None:
    said = {Area.BUSINESS_IMPACT: "A published letter can never be recalled."}
    (found,) = contradictions(LOW, said, {}, AiActClass.MINIMAL, Known())
    assert (found.step, "never be recalled" in found.sentence) == ("REVERSIBILITY", True)


@pytest.mark.parametrize(
    "text", ["It never acts alone.", "Nothing here is irreversible.", "Drafts a reply that a person sends.", ""]
)
def test_what_is_denied_or_not_said_is_no_contradiction(text: str) -> None:
    assert steps(statements=(text,)) == []


def test_minimal_with_a_listed_use_is_pointed_out() -> None:
    assert steps(act={"LISTED": {"points": ["III 4(a)"]}}) == ["EXEMPTION"]
    assert steps(act={"LISTED": {"points": ["III 4(a)"]}}, ai_act=AiActClass.HIGH_RISK) == []


def test_customers_reached_directly_without_a_duty_to_tell_is_pointed_out() -> None:
    high = LOW | {Area.CUSTOMER_EXPOSURE: Level.HIGH}
    assert steps(levels=high, act={"TRANSPARENCY": {"points": []}}) == ["TRANSPARENCY"]
    assert steps(levels=high) == []


REFUND = Act("Pay a refund", "IRREVERSIBLE", "NONE", "SOME_CUSTOMERS")
DRAFT = Act("File a draft", "EASY", "PERSON", "INTERNAL")


def test_answers_milder_than_what_is_registered_downstream_are_pointed_out_with_the_worst_action() -> None:
    found = contradictions(LOW, {}, {}, AiActClass.MINIMAL, Known(actions=(DRAFT, REFUND)))
    assert [one.step for one in found] == ["CUSTOMER_EXPOSURE", "AUTONOMY", "REVERSIBILITY"]
    assert all("Pay a refund" in one.sentence for one in found)
    assert steps(levels=dict.fromkeys(Area, Level.ELEVATED), actions=(REFUND,)) == ["AUTONOMY", "REVERSIBILITY"]
    assert steps(levels=dict.fromkeys(Area, Level.HIGH), actions=(REFUND,)) == []
    assert steps(actions=(DRAFT,)) == ["AUTONOMY"]


@pytest.mark.parametrize("text", ["Nothing acts downstream.", "No system acts on it by itself.", "Nothing downstream"])
def test_nothing_downstream_is_held_against_what_is_registered(text: str) -> None:
    said = {Area.BUSINESS_IMPACT: text}
    high = dict.fromkeys(Area, Level.HIGH)
    assert steps(levels=high, reasons=said, actions=(DRAFT,)) == ["BUSINESS_IMPACT"]
    assert steps(levels=high, reasons=said) == []


actions = st.builds(
    Act,
    st.just("One"),
    st.sampled_from([r.value for r in Reversibility]),
    st.sampled_from([v.value for v in Validation]),
    st.sampled_from([r.value for r in Reach]),
)


@given(st.dictionaries(st.sampled_from(list(Area)), st.sampled_from(list(Level))), st.lists(actions), actions)
def test_another_action_never_settles_a_doubt(levels: dict[Area, Level], some: list[Act], more: Act) -> None:
    assert set(steps(levels=levels, actions=tuple(some))) <= set(steps(levels=levels, actions=(*some, more)))


@given(st.text(max_size=300), st.dictionaries(st.sampled_from(list(Area)), st.sampled_from(list(Level))))
def test_it_only_ever_points_at_areas_that_are_low(text: str, levels: dict[Area, Level]) -> None:
    low = {area for area, level in levels.items() if level is Level.LOW}
    assert set(steps(levels=levels, reasons={Area.AUTONOMY: text}, has_tools=True)) <= low
