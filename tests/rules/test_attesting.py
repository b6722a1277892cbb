"""Reminders, escalation, and telling whether an entry still says what was attested."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.attesting import digest_of, escalation_step, is_unchanged, reminder_step

DUE = date(2026, 11, 30)
EVERY = st.integers(1, 90)
DAYS = st.integers(-400, 400)
VALUES = st.one_of(st.text(max_size=5), st.integers(1, 9), st.lists(st.integers(), min_size=1, max_size=3))
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 9)),
    st.dictionaries(st.sampled_from("xyz"), VALUES),
    max_size=6,
)


def on(days: int) -> date:
    return DUE + timedelta(days=days)


def listed(rows: dict[tuple[str, int], dict[str, object]]) -> list[tuple[str, int, dict[str, object]]]:
    return [(kind, number, fields) for (kind, number), fields in rows.items()]


@given(EVERY, DAYS)
def test_a_reminder_has_come_stands_in_the_rhythm_and_is_the_newest(every: int, days: int) -> None:
    step = reminder_step(started=on(-500), due=DUE, every=every, today=on(days))
    assert step is not None
    assert step % every == 0
    assert step <= days < step + every


@given(EVERY, st.integers(1, 60))
def test_the_day_it_starts_reminds_nobody_again(every: int, ahead: int) -> None:
    assert reminder_step(started=on(-ahead), due=DUE, every=every, today=on(-ahead)) is None
    assert reminder_step(started=on(-ahead), due=DUE, every=every, today=DUE) == 0


@given(st.integers(0, 90), EVERY, DAYS)
def test_nothing_is_escalated_before_its_patience_is_over(after: int, every: int, days: int) -> None:
    step = escalation_step(due=DUE, after=after, every=every, today=on(days))
    if days < max(after, 1):
        assert step is None
    else:
        assert step is not None
        assert max(after, 1) <= step <= days < step + every


@given(ROWS, st.randoms())
def test_the_digest_knows_no_order(rows: dict[tuple[str, int], dict[str, object]], random: object) -> None:
    shuffled = listed(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest_of(shuffled) == digest_of(listed(rows))


@given(ROWS, ROWS)
def test_two_digests_are_equal_only_where_both_say_the_same(
    one: dict[tuple[str, int], dict[str, object]], other: dict[tuple[str, int], dict[str, object]]
) -> None:
    def said(rows: dict[tuple[str, int], dict[str, object]]) -> object:
        return {key: {name: value for name, value in fields.items() if value != ""} for key, fields in rows.items()}

    assert (digest_of(listed(one)) == digest_of(listed(other))) == (said(one) == said(other))


def test_a_field_that_says_nothing_is_as_if_it_were_not_there() -> None:
    bare: dict[str, object] = {"name": "Triage"}
    more: dict[str, object] = {"name": "Triage", "note": "", "tags": [], "owner": None, "is_new": False}
    assert digest_of([("w", 1, bare)]) == digest_of([("w", 1, more)])
    assert digest_of([("w", 1, bare)]) != digest_of([("w", 2, bare)])


def test_unchanged_needs_every_part_to_have_been_attested() -> None:
    assert is_unchanged({"A": "1"}, {"A": "1", "B": "2"})
    assert not is_unchanged({"A": "1", "B": "2"}, {"A": "1"})
    assert not is_unchanged({"A": "1"}, {"A": "3"})
    assert not is_unchanged({"A": "1"}, None)
    assert not is_unchanged({}, {})
