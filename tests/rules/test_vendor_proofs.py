"""How an answer of a vendor stands, and when its owner hears of it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.vendor_proofs import (
    DUE_STEPS,
    ENDING_STEPS,
    JUDGE_WITHIN,
    THEN_EVERY,
    ProofState,
    Said,
    due_step,
    ending_step,
    judging_step,
)
from registry.vendor_questions import QUESTIONS, Aim, Side

DAY = date(2026, 11, 30)
DAYS = st.integers(-400, 400)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def test_every_side_asks_towards_every_aim_and_no_key_stands_twice() -> None:
    assert {question.side for question in QUESTIONS} == set(Side)
    assert {question.aim for question in QUESTIONS} == set(Aim)
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
    assert [question.side for question in QUESTIONS] == sorted(
        (question.side for question in QUESTIONS), key=list(Side).index
    )


@given(DAYS)
def test_an_answer_holds_on_its_last_day_and_not_after_it(days: int) -> None:
    said = Said(is_answered=True, valid_until_date=DAY)
    assert said.state(on(days)) is (ProofState.ANSWERED if days <= 0 else ProofState.EXPIRED)
    good = replace(said, judgement="SUFFICIENT")
    assert good.state(on(days)) is (ProofState.SUFFICIENT if days <= 0 else ProofState.EXPIRED)
    assert replace(said, judgement="INSUFFICIENT").state(on(days)) is ProofState.INSUFFICIENT
    assert said.ends_soon(on(days)) == (-30 <= days <= 0)
    assert Said(is_waived=True).state(on(days)) is ProofState.WAIVED
    assert Said().state(on(days)) is ProofState.OPEN


@given(DAYS)
def test_the_end_of_an_answer_is_told_in_steps_that_only_move_on(days: int) -> None:
    today, tomorrow = ending_step(DAY, on(days)), ending_step(DAY, on(days + 1))
    if days < -ENDING_STEPS[0]:
        assert today is None
        return
    assert today is not None
    assert tomorrow is not None
    assert tomorrow <= today
    assert (today < 0) == (days > 0)
    if days > 0:
        assert 0 <= days + today < THEN_EVERY


@given(DAYS)
def test_what_is_due_is_told_in_steps_that_have_come(days: int) -> None:
    step = due_step(DAY, on(days))
    if days < DUE_STEPS[0]:
        assert step is None
        return
    assert step is not None
    assert step <= days
    assert days < 0 or days - step < THEN_EVERY
    assert (due_step(DAY, on(days + 1)) or 0) >= step


@given(DAYS)
def test_a_judgement_is_asked_for_a_week_after_the_answer_and_then_every_two(days: int) -> None:
    step = judging_step(DAY, on(days))
    assert (step is None) == (days < JUDGE_WITHIN)
    assert step is None or (step <= days < step + THEN_EVERY and (step - JUDGE_WITHIN) % THEN_EVERY == 0)
