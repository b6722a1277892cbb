"""The class under the EU AI Act: questions in the order of the Act, dates, exemptions."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ai_act import AiActClass, Ground, classify, well_formed
from registry.ai_act_questions import BY_KEY, POINTS, QUESTIONS, QuestionKey

TODAY = date(2026, 11, 29)


def answers(**points: list[str]) -> dict[str, Any]:
    return {key: {"points": chosen, "reason": "Because"} for key, chosen in points.items()}


NONE = answers(PROHIBITED=[], PRODUCT=[], LISTED=[], TRANSPARENCY=[])
everything = st.fixed_dictionaries(
    {
        question.key.value: st.lists(st.sampled_from(list(question.by_key)), unique=True, max_size=3).map(
            lambda points: {"points": points, "reason": "Because"}
        )
        for question in QUESTIONS
    }
)
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("given_answers", "expected", "ground"),
    [
        (NONE, "MINIMAL", "NOTHING"),
        (NONE | answers(TRANSPARENCY=["50(1)"]), "LIMITED", "TRANSPARENCY"),
        (answers(PROHIBITED=[], PRODUCT=["6(1)"]), "HIGH_RISK", "PRODUCT"),
        (answers(PROHIBITED=["5(1)(c)"]), "PROHIBITED", "PRACTICE"),
        (answers(PROHIBITED=[], PRODUCT=[], LISTED=["III 4(a)"], EXEMPTION=[]), "HIGH_RISK", "LISTED"),
        (
            NONE | answers(LISTED=["III 5(c)"], EXEMPTION=["6(3)(a)"], PROFILING=["6(3) profiling"]),
            "HIGH_RISK",
            "PROFILING",
        ),
        (NONE | answers(LISTED=["III 5(c)"], EXEMPTION=["6(3)(a)"], PROFILING=[]), "MINIMAL", "NOTHING"),
        (answers(PROHIBITED=[], PRODUCT=[]), "NOT_ASSESSED", "OPEN"),
        ({}, "NOT_ASSESSED", "OPEN"),
    ],
)
def test_the_first_provision_that_applies_decides_the_class(given_answers: Any, expected: str, ground: str) -> None:
    found = classify(given_answers, TODAY)
    assert (found.ai_act, found.ground) == (expected, ground)


def test_what_an_earlier_question_settles_is_not_asked_further() -> None:
    assert classify(answers(PROHIBITED=["5(1)(a)"]), TODAY).asked == (QuestionKey.PROHIBITED,)
    assert QuestionKey.EXEMPTION not in classify(NONE, TODAY).asked
    assert classify(answers(PROHIBITED=[]), TODAY).asked[-1] is QuestionKey.PRODUCT


def test_a_practice_before_its_day_is_not_yet_prohibited() -> None:
    marked = NONE | answers(PROHIBITED=["5(1)(ba)"])
    before, after = classify(marked, date(2026, 12, 1)), classify(marked, date(2026, 12, 2))
    assert (before.ai_act, before.not_yet) == (AiActClass.MINIMAL, ("5(1)(ba)",))
    assert (after.ai_act, after.points, after.not_yet) == (AiActClass.PROHIBITED, ("5(1)(ba)",), ())


def test_using_the_exemption_must_be_documented_and_registered() -> None:
    assert classify(NONE | answers(LISTED=["III 5(c)"], EXEMPTION=["6(3)(d)"], PROFILING=[]), TODAY).is_exempt
    assert not classify(NONE, TODAY).is_exempt


def test_the_duties_of_a_high_risk_class_name_the_day_they_begin() -> None:
    listed = answers(PROHIBITED=[], PRODUCT=[], LISTED=["III 4(a)"], EXEMPTION=[])
    assert classify(listed, TODAY).applies_from == date(2027, 12, 2)
    assert classify(answers(PROHIBITED=[], PRODUCT=["6(1)"]), TODAY).applies_from == date(2028, 8, 2)
    assert classify(listed, date(2028, 1, 1)).applies_from is None


@given(everything, days)
def test_complete_answers_always_lead_to_a_class(given_answers: Any, on: date) -> None:
    found = classify(given_answers, on)
    assert found.ground is not Ground.OPEN
    assert found.ai_act is not AiActClass.NOT_ASSESSED


@given(everything, days)
def test_answers_to_questions_that_are_not_asked_change_nothing(given_answers: Any, on: date) -> None:
    found = classify(given_answers, on)
    assert classify({key: given_answers[key] for key in found.asked}, on) == found


@given(everything, days)
def test_time_only_ever_adds_prohibitions(given_answers: Any, on: date) -> None:
    if classify(given_answers, on).ai_act is AiActClass.PROHIBITED:
        assert classify(given_answers, date(2031, 1, 1)).ai_act is AiActClass.PROHIBITED


@given(everything, days)
def test_profiling_in_a_listed_area_is_never_exempt(given_answers: Any, on: date) -> None:
    found = classify(given_answers, on)
    if QuestionKey.PROFILING in found.asked and given_answers["PROFILING"]["points"]:
        assert found.ai_act is AiActClass.HIGH_RISK


@pytest.mark.parametrize(
    "strange",
    [
        None,
        [],
        "text",
        {"MOOD": {"points": []}},
        {"PROHIBITED": []},
        {"PROHIBITED": {"points": "5(1)(a)"}},
        {"PROHIBITED": {"points": ["III 1(a)"]}},
        {"PROHIBITED": {"points": [{}]}},
        {"PROHIBITED": {"points": [], "reason": 3}},
    ],
)
def test_answers_that_make_no_sense_are_refused_in_words(strange: Any) -> None:
    assert all(well_formed(strange).values())
    assert well_formed(strange)


def test_every_point_stands_for_one_provision() -> None:
    assert sum(len(question.points) for question in QUESTIONS) == len(POINTS)
    assert list(BY_KEY) == [key.value for key in QuestionKey]
