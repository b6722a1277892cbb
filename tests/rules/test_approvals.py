"""Chains of approval by tier, when an approval lapses, and when somebody is reminded: for every tier and day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.approvals import (
    CHAINS,
    DUE_STEPS,
    THEN_EVERY,
    Autonomy,
    chain_of,
    due_step,
    ending_step,
    is_forgetting,
    is_lapsed,
    is_outgrown,
    is_raise,
    lapses_on,
    waiting_step,
)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
levels = st.sampled_from(["", *Autonomy])
ahead = st.integers(0, 1000).map(lambda n: timedelta(days=n))


def test_the_higher_the_tier_the_more_people_and_the_less_time() -> None:
    chains = [CHAINS[tier] for tier in ("T1", "T2", "T3", "T4")]
    assert [len(chain.steps) for chain in chains] == [2, 2, 1, 1]
    assert [chain.days for chain in chains] == sorted(chain.days for chain in chains)
    assert all(step and "OWNER" not in step for chain in chains for step in chain.steps)
    assert chains[0].steps == (("RISK",), ("EXECUTIVE",))
    assert chain_of("") == CHAINS["T2"]


@given(levels, levels)
def test_a_level_is_raised_only_from_a_known_one(old: str, new: str) -> None:
    assert not (is_raise(old, new) and (is_raise(new, old) or not old or not new))
    assert is_forgetting(old, new) == (old != "" and new == "")


@given(levels, levels, levels)
def test_two_steps_that_are_no_raise_are_none_together(a: str, b: str, c: str) -> None:
    """Nobody climbs by way of a level in between, and what is known never becomes unknown on the way."""
    if is_raise(a, c) and not is_forgetting(a, b) and not is_forgetting(b, c):
        assert is_raise(a, b) or is_raise(b, c)


@given(days, st.sampled_from(sorted(CHAINS)), ahead)
def test_an_approval_holds_through_its_last_day_and_never_again(granted: date, tier: str, more: timedelta) -> None:
    until = lapses_on(granted, tier)
    assert not is_lapsed(until, [], until)
    assert is_lapsed(until, [], until + timedelta(days=1) + more)


@given(days, st.lists(days, max_size=3), days)
def test_an_open_condition_can_only_shorten_it(until: date, due: list[date], on: date) -> None:
    assert is_lapsed(until, due, on) == (on > min([until, *due]))


@given(days, ahead)
def test_reminders_come_in_order_and_none_is_repeated_later(start: date, later: timedelta) -> None:
    for step in (due_step, waiting_step):
        first, then = step(start, start), step(start, start + later)
        assert then is None or first is None or then >= first
    assert due_step(start, start + later) == later.days - later.days % THEN_EVERY
    assert due_step(start + timedelta(days=-DUE_STEPS[0] + 1) + later, start) is None


@pytest.mark.parametrize(
    ("waited", "step"), [(0, None), (2, None), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (20, 14), (21, 21)]
)
def test_who_must_decide_is_reminded_after_three_days_seven_and_every_week(waited: int, step: int | None) -> None:
    assert waiting_step(date(2026, 11, 1), date(2026, 11, 1) + timedelta(days=waited)) == step


@pytest.mark.parametrize(("left", "step"), [(15, None), (14, 14), (4, 14), (3, 3), (0, 3), (-1, None)])
def test_an_approval_that_ends_unused_is_announced(left: int, step: int | None) -> None:
    assert ending_step(date(2026, 11, 1) + timedelta(days=left), date(2026, 11, 1)) == step


@given(st.sampled_from(["T1", "T2", "T3", "T4", ""]), st.sampled_from(["T1", "T2", "T3", "T4", ""]))
def test_only_a_higher_tier_with_other_people_outgrows_a_request(then: str, now: str) -> None:
    assert not (is_outgrown(then, now) and is_outgrown(now, then))
    if chain_of(then).steps == chain_of(now).steps:
        assert not is_outgrown(then, now)
    assert is_outgrown("T3", "T1")
    assert is_outgrown("", "T1")
    assert not is_outgrown("T4", "T3")
