"""Whether it would be noticed: monitors met and missing, blindness, and proof that ages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from registry.watching import MONITORS, SignalKind, contradictions, is_blind, is_proof_stale, missing_monitors

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = st.lists(st.sampled_from([str(kind) for kind in SignalKind]))


@given(KINDS)
def test_each_monitor_is_met_or_missing_and_never_both(kinds: list[str]) -> None:
    missing = missing_monitors(kinds)
    assert set(missing) | (set(kinds) & set(MONITORS)) == set(MONITORS)
    assert not set(missing) & set(kinds)
    assert list(missing) == [monitor for monitor in MONITORS if monitor in missing]


@given(KINDS, st.booleans())
def test_only_what_runs_without_any_signal_is_blind(kinds: list[str], is_running: bool) -> None:
    assert is_blind(is_running, kinds) == (is_running and not kinds)


def test_a_human_source_is_enough_to_see_and_no_monitor() -> None:
    assert not is_blind(True, ["COMPLAINTS"])
    assert missing_monitors(["COMPLAINTS"]) == MONITORS


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2000)))
def test_a_proof_is_fresh_for_180_days(age: timedelta) -> None:
    assert is_proof_stale(NOW - age, NOW) == (age > timedelta(days=180))


def test_what_was_never_shown_is_stale() -> None:
    assert is_proof_stale(None, NOW)


@given(
    st.none() | st.decimals(0, 9),
    st.sampled_from(["", "ABOVE", "BELOW"]),
    st.sampled_from(["", "%"]),
    st.none() | st.decimals(0, 9),
    st.none() | st.dates(),
)
def test_numbers_that_fit_one_another_are_those_the_table_takes(
    limit: Decimal | None, side: str, unit: str, baseline: Decimal | None, measured: date | None
) -> None:
    fits = (
        (limit is None) == (side == "")
        and (unit == "" or limit is not None or baseline is not None)
        and (baseline is None or measured is not None)
    )
    assert (contradictions(limit, side, unit, baseline, measured) == {}) == fits
