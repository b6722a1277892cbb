"""Required capabilities as gaps: what holds for every combination of what was said, and every day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.capabilities import CAPABILITIES
from registry.gaps import LAPSED, GapState, Standing, due_step, ending_step, is_clear, judge, summarise

KEYS = [capability.key for capability in CAPABILITIES]
DAY = date(2026, 11, 29)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
keys = st.lists(st.sampled_from(KEYS))
maybe = st.one_of(st.none(), days)
standings = st.builds(Standing, st.sampled_from(KEYS), st.booleans(), maybe, maybe, maybe)
said = st.lists(standings, unique_by=lambda standing: standing.capability)


@given(said, days)
def test_where_nothing_is_asked_for_all_is_clear(standings: list[Standing], on: date) -> None:
    assert is_clear([], standings, on)


@given(st.sampled_from(KEYS), days)
def test_what_is_asked_for_and_never_mentioned_is_a_gap(key: str, on: date) -> None:
    [judged] = judge([key], [], on)
    assert judged.state is GapState.GAP
    assert not is_clear([key], [], on)


@given(standings, days)
def test_an_acceptance_never_hides_a_gap_after_its_last_day(standing: Standing, on: date) -> None:
    if standing.accepted_until_date is not None and standing.accepted_until_date < on and not standing.is_met:
        assert standing.state(on) in {GapState.GAP, GapState.OVERDUE}
        assert not is_clear([standing.capability], [standing], on)


@given(st.sampled_from(KEYS), st.one_of(st.none(), days), days)
def test_an_acceptance_holds_through_its_last_day(key: str, due: date | None, until: date) -> None:
    standing = Standing(key, due_date=due, accepted_until_date=until)
    assert standing.state(until) is GapState.ACCEPTED
    assert standing.state(until + timedelta(days=1)) is not GapState.ACCEPTED


@given(keys, said, days)
def test_the_order_of_what_is_given_does_not_matter(required: list[str], rows: list[Standing], on: date) -> None:
    mixed_keys, mixed_rows = list(reversed(required)), sorted(rows, key=lambda row: row.capability)
    assert judge(required, rows, on) == judge(mixed_keys, mixed_rows, on)


@given(keys, said, days)
def test_clear_means_each_one_is_met_or_accepted(required: list[str], rows: list[Standing], on: date) -> None:
    judged = judge(required, rows, on)
    assert [j.standing.capability for j in judged] == sorted(set(required), key=KEYS.index)
    settled = all(j.state in {GapState.MET, GapState.ACCEPTED} for j in judged)
    assert is_clear(required, rows, on) == settled


@given(standings, days)
def test_only_what_is_past_its_day_is_overdue(standing: Standing, on: date) -> None:
    if standing.state(on) is GapState.OVERDUE:
        assert standing.due_date is not None
        assert standing.days_late(on) == (on - standing.due_date).days > 0


@given(days, days)
def test_the_newest_step_of_the_chase_has_come_and_the_next_has_not(due: date, today: date) -> None:
    step, elapsed = due_step(due, today), (today - due).days
    if step is None:
        assert elapsed < -7
    else:
        assert step <= elapsed < step + 7
        assert step % 7 == 0


def test_the_end_of_an_acceptance_is_told_fourteen_and_three_days_before_and_when_it_has_come() -> None:
    told = {left: ending_step(DAY + timedelta(days=left), DAY) for left in (15, 14, 4, 3, 0, -1, -90)}
    assert told == {15: None, 14: 14, 4: 14, 3: 3, 0: 3, -1: LAPSED, -90: LAPSED}


@given(said, days, st.integers(0, 900))
def test_the_summary_answers_for_every_later_day_as_the_rows_would(rows: list[Standing], on: date, more: int) -> None:
    summary, later = summarise(rows, on), on + timedelta(days=more)
    states = {row.state(later) for row in rows}
    is_missing = {GapState.GAP, GapState.OVERDUE, GapState.STALE}
    assert summary.missing == sum(row.state(on) in is_missing for row in rows)
    assert summary.has_missing(later) == bool(states & is_missing)
    assert summary.has_overdue(later) == (GapState.OVERDUE in states)
    assert summary.has_stale(later) == (GapState.STALE in states)
    if not any(row.is_met and row.proof_until_date and on <= row.proof_until_date < later for row in rows):
        assert summary.has_accepted(later) == (GapState.ACCEPTED in states)
