import copy
import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.calendar import DEFAULT_CALENDAR, Rung, Step, next_step, step_key, steps_due, validate

DUE = date(2026, 5, 20)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
late = st.integers(min_value=-30, max_value=800)


def on(days_late: int) -> list[Step]:
    return steps_due(DUE, DUE + timedelta(days=days_late), DEFAULT_CALENDAR)


def test_nothing_is_due_long_before() -> None:
    assert on(-8) == []


def test_the_steps_follow_the_calendar_and_go_on_every_week() -> None:
    keys = [step.key for step in on(22)]
    assert keys == ["T-7", "T-2", "T", "T+1", "T+3", "T+7", "T+14", "T+21"]


@pytest.mark.parametrize(
    ("days_late", "told"),
    [
        (-7, ["ASSIGNEE"]),
        (0, ["ASSIGNEE"]),
        (1, ["ASSIGNEE", "WORKFLOW_OWNER"]),
        (3, ["ASSIGNEE", "WORKFLOW_OWNER", "RISK"]),
        (7, ["ASSIGNEE", "WORKFLOW_OWNER", "RISK", "EXECUTIVE"]),
        (70, ["ASSIGNEE", "WORKFLOW_OWNER", "RISK", "EXECUTIVE"]),
    ],
)
def test_the_ladder_is_climbed_one_rung_at_a_time(days_late: int, told: list[str]) -> None:
    newest = on(days_late)[-1]
    assert list(newest.rungs) == told
    assert newest.is_top == (len(told) == len(Rung))


def test_after_a_pause_only_the_newest_step_is_announced_and_none_is_lost() -> None:
    steps = on(16)
    assert [step.key for step in steps if step.announce] == ["T+14"]
    assert [step.key for step in steps if step.is_missed] == ["T-7", "T-2", "T", "T+1", "T+3", "T+7"]


@given(days, late)
def test_keys_never_repeat_and_days_rise(due: date, days_late: int) -> None:
    steps = steps_due(due, due + timedelta(days=days_late), DEFAULT_CALENDAR)
    assert len({step.key for step in steps}) == len(steps)
    assert [step.on_date for step in steps] == sorted({step.on_date for step in steps})


@given(days, late)
def test_exactly_one_step_is_announced_and_it_reaches_everyone_the_missed_ones_would(due: date, days_late: int) -> None:
    steps = steps_due(due, due + timedelta(days=days_late), DEFAULT_CALENDAR)
    assert [step.announce for step in steps] == [False] * (len(steps) - 1) + [True] * bool(steps)
    assert all(set(step.rungs) <= set(steps[-1].rungs) for step in steps)


@given(days, late, st.integers(min_value=0, max_value=100))
def test_a_later_look_finds_the_same_steps_and_only_adds(due: date, days_late: int, pause: int) -> None:
    first = steps_due(due, due + timedelta(days=days_late), DEFAULT_CALENDAR)
    again = steps_due(due, due + timedelta(days=days_late + pause), DEFAULT_CALENDAR)
    assert [step.key for step in again][: len(first)] == [step.key for step in first]


@given(days, st.lists(late, min_size=1, max_size=20))
def test_sweeps_on_any_days_record_every_step_once_and_mail_once_per_sweep(due: date, sweeps: list[int]) -> None:
    recorded: list[str] = []
    for days_late in sorted(sweeps):
        new = [
            step
            for step in steps_due(due, due + timedelta(days=days_late), DEFAULT_CALENDAR)
            if step.key not in recorded
        ]
        assert sum(step.announce for step in new) == bool(new)
        recorded += [step.key for step in new]
    last = due + timedelta(days=max(sweeps))
    assert recorded == [step.key for step in steps_due(due, last, DEFAULT_CALENDAR)]


@given(days, late)
def test_the_next_step_is_the_first_one_that_is_not_due_yet(due: date, days_late: int) -> None:
    today = due + timedelta(days=days_late)
    coming = next_step(due, today, DEFAULT_CALENDAR)
    assert coming.on_date > today
    assert coming.key == steps_due(due, coming.on_date, DEFAULT_CALENDAR)[-1].key
    assert steps_due(due, coming.on_date - timedelta(days=1), DEFAULT_CALENDAR) == steps_due(
        due, today, DEFAULT_CALENDAR
    )


@given(st.integers(min_value=-400, max_value=4000))
def test_a_key_says_how_far_from_the_due_date_it_is(days_off: int) -> None:
    assert int(step_key(days_off).removeprefix("T") or 0) == days_off


def test_nothing_is_wrong_with_the_default_calendar_even_after_a_trip_through_json() -> None:
    assert validate(json.loads(json.dumps(DEFAULT_CALENDAR))) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"version": ""}, "needs a version"),
        ({"steps": []}, "must list whole days"),
        ({"steps": [0, True]}, "must list whole days"),
        ({"steps": [0, -2]}, "must rise"),
        ({"steps": [0, 0]}, "must rise"),
        ({"steps": [1, 3, 7]}, "on the due date or before it"),
        ({"then_every_days": 0}, "above 0"),
        ({"then_every_days": "weekly"}, "above 0"),
        ({"ladder": []}, "at least one rung"),
        ({"ladder": [{"rung": "BOSS", "joins_on_day": -7}]}, "“BOSS” is not a rung"),
        ({"ladder": [{"rung": "ASSIGNEE"}]}, "needs its name and the day"),
        ({"ladder": [{"rung": "ASSIGNEE", "joins_on_day": "soon"}]}, "must be a whole number"),
        ({"ladder": [{"rung": "ASSIGNEE", "joins_on_day": 0}]}, "told at the first step"),
        (
            {"ladder": [{"rung": "ASSIGNEE", "joins_on_day": -7}, {"rung": "RISK", "joins_on_day": 4}]},
            "joins on a day that has no step",
        ),
        (
            {"ladder": [{"rung": "RISK", "joins_on_day": -7}, {"rung": "ASSIGNEE", "joins_on_day": 0}]},
            "climbed in order",
        ),
    ],
)
def test_a_calendar_that_cannot_be_relied_on_is_refused(changes: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in validate({**copy.deepcopy(dict(DEFAULT_CALENDAR)), **changes}))


def test_a_rung_may_join_at_one_of_the_weekly_steps() -> None:
    calendar = copy.deepcopy(dict(DEFAULT_CALENDAR))
    calendar["ladder"][-1]["joins_on_day"] = 14
    assert validate(calendar) == []


@pytest.mark.parametrize("strange", [None, [], {}, {"version": 1}, "T-7"])
def test_strange_data_is_not_a_calendar(strange: object) -> None:
    assert validate(strange)
