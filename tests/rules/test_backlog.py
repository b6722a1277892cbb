"""When a backlog clears, by its rates or its readings."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from incidents.backlog import Clearing, Reading, Trend, outlook

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
lengths, rates = st.integers(1, 100_000), st.floats(0, 10_000)


@given(lengths, rates, rates)
def test_what_comes_in_faster_than_it_is_done_never_clears(length: int, coming: float, done: float) -> None:
    found = outlook([Reading(NOW, length, coming, done)])
    if coming >= done:
        assert found.clearing == Clearing.NEVER
        assert found.clears_at is None
    elif found.clearing == Clearing.AT:
        assert found.clears_at is not None
        assert found.clears_at >= NOW


@given(st.integers(1, 5000), st.integers(0, 1000), st.integers(1, 1000))
def test_twice_as_much_takes_twice_as_long(length: int, coming: int, more: int) -> None:
    once = outlook([Reading(NOW, length, coming, coming + more)]).clears_at
    twice = outlook([Reading(NOW, 2 * length, coming, coming + more)]).clears_at
    assume(once is not None and twice is not None)
    assert once is not None
    assert twice is not None
    assert abs((twice - NOW) - 2 * (once - NOW)) < timedelta(seconds=1)


@given(st.lists(st.tuples(st.integers(0, 170), st.integers(0, 10_000)), min_size=1, max_size=12))
def test_the_order_of_readings_makes_no_difference(given_: list[tuple[int, int]]) -> None:
    readings = [Reading(NOW + timedelta(minutes=at), length) for at, length in dict(given_).items()]
    shuffled = sorted(readings, key=lambda reading: (reading.length, reading.at))
    assert outlook(readings) == outlook(shuffled)


def test_the_slope_of_the_last_hours_is_the_rate() -> None:
    readings = [Reading(NOW + timedelta(hours=n / 2), 400 - 50 * n) for n in range(5)]
    found = outlook(readings)
    assert (found.trend, found.net) == (Trend.SHRINKING, -100)
    assert found.clears_at == NOW + timedelta(hours=4)
    old = Reading(NOW - timedelta(hours=9), 50_000)
    assert outlook([old, *readings]) == found


def test_one_reading_says_nothing_about_the_course() -> None:
    assert outlook([Reading(NOW, 40)]).clearing == Clearing.UNKNOWN
    assert outlook([Reading(NOW, 0)]).clearing == Clearing.CLEAR
    assert outlook([Reading(NOW, 40), Reading(NOW + timedelta(minutes=2), 80)]).trend == Trend.UNKNOWN
    assert outlook([Reading(NOW, 400), Reading(NOW + timedelta(hours=1), 401)]).trend == Trend.STEADY
    assert outlook([Reading(NOW, 9, 0, 0.0001)]).clearing == Clearing.NEVER
