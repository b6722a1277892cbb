from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.times import TimeKind, durations, impossible

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(days=30)
COURSE = {kind: NOON + timedelta(hours=hours) for hours, kind in enumerate(TimeKind)}


def test_the_three_durations_run_from_their_own_beginnings() -> None:
    times = {
        TimeKind.STARTED: NOON,
        TimeKind.DETECTED: NOON + timedelta(hours=2),
        TimeKind.CONTAINED: NOON + timedelta(hours=3),
        TimeKind.RECOVERED: NOON + timedelta(hours=9),
    }
    found = durations(times)
    assert (found.detect, found.contain, found.recover) == (
        timedelta(hours=2),
        timedelta(hours=1),
        timedelta(hours=7),
    )


def test_a_duration_without_one_of_its_moments_is_unknown() -> None:
    found = durations({TimeKind.DETECTED: NOON})
    assert (found.detect, found.contain, found.recover) == (None, None, None)


def test_a_duration_the_wrong_way_round_is_unknown_rather_than_negative() -> None:
    times = {TimeKind.DETECTED: NOON, TimeKind.CONTAINED: NOON - timedelta(minutes=1)}
    assert durations(times).contain is None


def test_a_normal_course_is_possible() -> None:
    assert impossible(COURSE, NOW) == []


def test_everything_at_the_same_moment_is_possible() -> None:
    assert impossible(dict.fromkeys(TimeKind, NOON), NOON) == []


def test_a_moment_in_the_future_is_refused_in_words() -> None:
    times = {TimeKind.DETECTED: NOW + timedelta(seconds=1)}
    assert impossible(times, NOW) == ["“Detected” (2026-04-01 12:00:01 UTC) lies in the future."]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (TimeKind.STARTED, TimeKind.DETECTED),
        (TimeKind.STARTED, TimeKind.CONTAINED),
        (TimeKind.OCCURRED, TimeKind.AWARE),
        (TimeKind.DETECTED, TimeKind.DECLARED),
        (TimeKind.DETECTED, TimeKind.CONTAINED),
        (TimeKind.CONTAINED, TimeKind.RECOVERED),
        (TimeKind.DETECTED, TimeKind.RESOLVED),
        (TimeKind.STARTED, TimeKind.CLOSED),
    ],
)
def test_an_order_that_cannot_have_happened_is_refused_naming_both(earlier: TimeKind, later: TimeKind) -> None:
    (problem,) = impossible({earlier: NOON, later: NOON - timedelta(minutes=5)}, NOW)
    assert earlier.label in problem
    assert later.label in problem


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (TimeKind.CONTAINED, TimeKind.CLASSIFIED),
        (TimeKind.OCCURRED, TimeKind.STARTED),
        (TimeKind.DECLARED, TimeKind.AWARE),
        (TimeKind.CONTAINED, TimeKind.DECLARED),
    ],
)
def test_orders_that_do_happen_are_not_refused(first: TimeKind, second: TimeKind) -> None:
    assert impossible({first: NOON, second: NOON + timedelta(hours=1)}, NOW) == []
    assert impossible({second: NOON, first: NOON + timedelta(hours=1)}, NOW) == []


def test_moments_in_different_zones_are_compared_as_moments() -> None:
    east = timezone(timedelta(hours=5))
    times = {TimeKind.STARTED: NOON, TimeKind.DETECTED: datetime(2026, 3, 2, 17, 0, tzinfo=east)}
    assert impossible(times, NOW) == []
    assert durations(times).detect == timedelta(0)


def test_a_moment_without_a_zone_is_refused_in_words() -> None:
    times = {TimeKind.DETECTED: NOON.replace(tzinfo=None), TimeKind.STARTED: NOON}
    assert impossible(times, NOW) == ["“Detected” has no time zone."]


moments = st.timedeltas(timedelta(days=-900), timedelta(days=900)).map(lambda distance: NOON + distance)


@given(st.dictionaries(st.sampled_from(TimeKind), moments), moments)
def test_times_that_are_possible_give_no_negative_duration_and_no_future(
    times: dict[TimeKind, datetime], now: datetime
) -> None:
    if impossible(times, now):
        return
    found = durations(times)
    assert all(length is None or length >= timedelta(0) for length in (found.detect, found.contain, found.recover))
    assert (found.contain is not None) == ({TimeKind.DETECTED, TimeKind.CONTAINED} <= set(times))
    assert all(moment <= now for moment in times.values())


@given(st.dictionaries(st.sampled_from(TimeKind), moments), moments)
def test_leaving_a_moment_out_never_adds_a_problem(times: dict[TimeKind, datetime], now: datetime) -> None:
    problems = set(impossible(times, now))
    for kind in times:
        fewer = {other: moment for other, moment in times.items() if other is not kind}
        assert set(impossible(fewer, now)) <= problems
