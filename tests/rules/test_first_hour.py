"""The first hour: every step in one window, containment first where the severity says so, late only when it is."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.escalation_times import due_steps, goes_up_at
from incidents.first_hour import Plan, Standing, Step, Window, plan
from incidents.minimum_evidence import SATISFIED_BY, Item, Makeup, missing, needed
from registry.escalation import DEFAULT_PATHS, ladder
from registry.severities import Severity

BEGAN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STEPS = st.sets(st.sampled_from(list(Step)))
MINUTES = st.integers(0, 3 * 60)


def made(minutes: int = 0, *, first: bool = False, done: Iterable[Step] = (), aside: Iterable[Step] = ()) -> Plan:
    now = BEGAN + timedelta(minutes=minutes)
    return plan(began=BEGAN, now=now, contains_first=first, done=set(done), set_aside=dict.fromkeys(aside))


@given(minutes=MINUTES, first=st.booleans(), done=STEPS, aside=STEPS)
def test_every_step_stands_once_and_is_late_only_after_its_window(
    minutes: int, first: bool, done: set[Step], aside: set[Step]
) -> None:
    found = made(minutes, first=first, done=done, aside=aside)
    assert sorted(line.step for line in found.lines) == sorted(Step)
    assert found.settled == len(done | aside)
    for part in found.parts:
        assert part.begins_at < part.ends_at
        for line in part.lines:
            late = BEGAN + timedelta(minutes=minutes) > part.ends_at
            expected = Standing.LATE if late else Standing.OPEN
            assert line.standing is (
                Standing.DONE if line.step in done else Standing.SET_ASIDE if line.step in aside else expected
            )


@given(minutes=MINUTES, first=st.booleans(), done=STEPS, aside=STEPS)
def test_the_next_step_is_the_first_that_is_not_settled_and_the_most_overdue(
    minutes: int, first: bool, done: set[Step], aside: set[Step]
) -> None:
    found = made(minutes, first=first, done=done, aside=aside)
    if done | aside == set(Step):
        assert found.next is None
    else:
        assert found.next is not None
        assert found.next.step not in done | aside
        if found.late:
            assert found.next == found.late[0]
            assert found.next.due_at == min(line.due_at for line in found.late)


@given(done=STEPS, aside=STEPS, earlier=MINUTES, more=MINUTES)
def test_what_is_late_stays_late(done: set[Step], aside: set[Step], earlier: int, more: int) -> None:
    before, after = (made(minutes, done=done, aside=aside) for minutes in (earlier, earlier + more))
    assert {line.step for line in before.late} <= {line.step for line in after.late}


def test_containment_stands_before_diagnosis_where_the_severity_says_so() -> None:
    assert [line.step for line in made(first=True).lines][:3] == [Step.CONTAINMENT, Step.EFFECT, Step.LEAD]
    assert [line.step for line in made(first=False).lines][:3] == [Step.LEAD, Step.WORKFLOW, Step.SEVERITY]
    ends = {part.window: part.ends_at - BEGAN for part in made().parts}
    assert ends == dict(zip(Window, [timedelta(minutes=each) for each in (10, 20, 40, 60)], strict=True))


@given(st.sets(st.sampled_from(["PROMPT", "RETRIEVAL", "TOOL", "MODEL"])), st.booleans(), st.booleans())
def test_the_minimum_grows_with_what_a_workflow_is_made_of(kinds: set[str], downstream: bool, approval: bool) -> None:
    items = needed(Makeup(frozenset(kinds), downstream, approval))
    assert {Item.INPUT, Item.OUTPUT} <= set(items)
    assert set(items) <= set(needed(Makeup(frozenset({*kinds, "PROMPT"}), downstream, approval)))
    assert missing(items, []) == items
    assert missing(items, [SATISFIED_BY[item][-1] for item in items]) == ()
    assert (Item.ACTIONS in items, Item.APPROVALS in items) == (downstream, approval)


@given(st.sampled_from(list(Severity)), st.integers(0, 10_000))
def test_a_path_leads_on_with_time_and_never_back(severity: Severity, minutes: int) -> None:
    path = ladder(DEFAULT_PATHS, severity)
    due = due_steps(path, since=BEGAN, now=BEGAN + timedelta(minutes=minutes))
    assert [number for number, _step in due] == list(range(len(due)))
    assert all(step.after_minutes <= minutes for _number, step in due)
    later = due_steps(path, since=BEGAN, now=BEGAN + timedelta(minutes=minutes + 1))
    assert later[: len(due)] == due


def test_a_late_update_goes_up_after_half_the_time_between_two_and_never_at_once() -> None:
    assert goes_up_at(BEGAN, 240) == BEGAN + timedelta(hours=2)
    assert goes_up_at(BEGAN, 10) == BEGAN + timedelta(minutes=15)
