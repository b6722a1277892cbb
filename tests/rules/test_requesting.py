"""Requests for evidence: reminders once each, in order, and the lead only after the person asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.requesting import LEAST, REQUESTS, Reminder, Status, due_so_far, next_at, owed, reminders, usual_due

ASKED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SPANS = st.integers(1, 60 * 24 * 30)
MOMENTS = st.lists(st.integers(0, 60 * 24 * 60), max_size=12).map(sorted)


@given(minutes=SPANS)
def test_reminders_fall_due_one_after_the_other(minutes: int) -> None:
    due = ASKED + timedelta(minutes=minutes)
    times = list(reminders(ASKED, due).values())
    assert list(reminders(ASKED, due)) == list(Reminder)
    assert ASKED < times[0] < times[1] == due < times[2]
    assert times[2] - due >= LEAST


@given(minutes=SPANS, swept=MOMENTS)
def test_however_often_it_is_swept_each_reminder_is_given_once_at_most_and_the_last_always(
    minutes: int, swept: list[int]
) -> None:
    due, made, given_so_far = ASKED + timedelta(minutes=minutes), 0, []
    for at in swept:
        now = ASKED + timedelta(minutes=at)
        waits = next_at(ASKED, due, made=made)
        fresh = owed(ASKED, due, made=made, now=now)
        assert bool(fresh) == (waits is not None and waits <= now)
        given_so_far += fresh
        made = due_so_far(ASKED, due, now)
    assert len(given_so_far) == len(set(given_so_far))
    assert given_so_far == [each for each in Reminder if each in given_so_far]
    if made:
        assert list(Reminder)[made - 1] in given_so_far


def test_what_was_missed_while_nothing_ran_is_said_once_to_the_person_and_once_to_the_lead() -> None:
    due = ASKED + timedelta(hours=1)
    assert owed(ASKED, due, made=0, now=ASKED + timedelta(days=1)) == [Reminder.DUE, Reminder.LATE]


def test_the_usual_time_follows_the_cadence_and_is_never_less_than_a_quarter_of_an_hour() -> None:
    spans = [usual_due(ASKED, minutes) - ASKED for minutes in (1, 30, 240, None)]
    assert spans == [LEAST, timedelta(minutes=30), timedelta(hours=4), timedelta(days=1)]


def test_nothing_leads_out_of_what_is_settled_and_only_an_answer_is_accepted() -> None:
    assert {status for status in Status if not REQUESTS.verbs(status)} == {Status.ACCEPTED, Status.WITHDRAWN}
    assert [status for status in Status if REQUESTS.allows("accept", status)] == [Status.ANSWERED]
