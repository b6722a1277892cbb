from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry.models import Mail, Notice
from reviews.models import ActionItem, ChaseStep
from reviews.services.chasing import chase
from tests import people
from tests.reviews import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar() -> None:
    making.calendar()


def sweep(days: int = 0) -> int:
    return chase(at=timezone.now() + timedelta(days=days))


def told(action: ActionItem) -> list[tuple[str, str, str]]:
    rows = ChaseStep.objects.filter(action=action, outcome="TOLD").select_related("recipient").order_by("id")
    return [(row.step, row.rung, row.recipient.name if row.recipient else "") for row in rows]


def test_nothing_happens_before_the_first_step() -> None:
    making.action(due_in=8)
    assert sweep() == 0


def test_the_first_step_reminds_the_assignee_by_notice_and_mail() -> None:
    action = making.action(due_in=7)
    sweep()
    notice = Notice.objects.get()
    assert (notice.recipient, "is due in 7 days" in notice.subject) == (action.assignee, True)
    assert Mail.objects.get().recipient == action.assignee.email


def test_a_step_is_taken_once_however_often_the_sweep_runs() -> None:
    making.action(due_in=0)
    assert [sweep() for _round in range(5)] == [1, 0, 0, 0, 0]
    assert Notice.objects.count() == 1


def test_each_day_of_the_calendar_brings_its_own_step() -> None:
    making.action(due_in=7)
    taken = [days for days in range(40) if sweep(days)]
    assert taken == [0, 5, 7, 8, 10, 14, 21, 28, 35]


def test_the_ladder_is_climbed_from_assignee_to_executive() -> None:
    people.risk()
    people.executive()
    action = making.action(due_in=0, workflow=making.workflow(owner=people.owner("Ola Owns")))
    for days in (0, 1, 3, 7):
        sweep(days)
    assert told(action) == [
        ("T", "ASSIGNEE", "Otto Owner"),
        ("T+1", "ASSIGNEE", "Otto Owner"),
        ("T+1", "WORKFLOW_OWNER", "Ola Owns"),
        ("T+3", "ASSIGNEE", "Otto Owner"),
        ("T+3", "WORKFLOW_OWNER", "Ola Owns"),
        ("T+3", "RISK", "Rita Risk"),
        ("T+7", "ASSIGNEE", "Otto Owner"),
        ("T+7", "WORKFLOW_OWNER", "Ola Owns"),
        ("T+7", "RISK", "Rita Risk"),
        ("T+7", "EXECUTIVE", "Eve Executive"),
    ]


def test_after_a_long_pause_everybody_gets_one_notice_and_the_missed_steps_are_on_record() -> None:
    people.risk()
    people.executive()
    action = making.action(due_in=-22, workflow=making.workflow(owner=people.owner()))
    sweep()
    missed = ChaseStep.objects.filter(action=action, outcome="MISSED").values_list("step", flat=True)
    assert list(missed) == ["T-7", "T-2", "T", "T+1", "T+3", "T+7", "T+14"]
    assert Notice.objects.count() == 3


def test_who_stands_on_two_rungs_is_told_once() -> None:
    owner = people.owner()
    making.action(due_in=-1, assignee=owner, workflow=making.workflow(owner=owner))
    sweep()
    assert Notice.objects.filter(recipient=owner).count() == 1
    assert ChaseStep.objects.filter(recipient=owner, step="T+1").count() == 2


def test_an_empty_rung_is_recorded_and_the_next_one_told_at_once() -> None:
    people.risk()
    action = making.action(due_in=-1)
    sweep()
    assert ChaseStep.objects.get(action=action, outcome="NOBODY").rung == "WORKFLOW_OWNER"
    assert ("T+1", "RISK", "Rita Risk") in told(action)


def test_when_the_assignee_has_left_the_owner_of_the_workflow_hears_of_it_at_the_first_step() -> None:
    gone = people.person("Gus Gone")
    gone.is_active = False
    gone.save()
    action = making.action(due_in=7, assignee=gone, workflow=making.workflow(owner=people.owner()))
    sweep()
    assert told(action) == [("T-7", "WORKFLOW_OWNER", "Otto Owner")]
    assert ChaseStep.objects.get(outcome="NOBODY").recipient == gone
    assert "Gus Gone is no longer active" in Notice.objects.get().body


def test_executives_learn_of_a_restricted_item_without_what_it_is_about() -> None:
    people.risk()
    executive = people.executive()
    room = making.incident("Secret matter", restricted=True)
    making.action(due_in=-7, incident=room, title="Rotate the leaked customer keys", workflow=making.workflow())
    sweep()
    notice = Notice.objects.get(recipient=executive)
    assert "restricted action item" in notice.subject
    assert not any(word in notice.subject + notice.body for word in ("Rotate", "Secret", "Refund triage"))
    assert notice.url == ""


def test_an_extension_starts_the_count_again() -> None:
    action = making.action(due_in=0)
    sweep()
    action.due_date += timedelta(days=20)
    action.save()
    assert [days for days in range(22) if sweep(days)] == [13, 18, 20, 21]


@pytest.mark.parametrize("state", ["DONE_CLAIMED", "VERIFIED", "CANCELLED", "EFFECTIVE"])
def test_what_is_done_or_cancelled_is_not_chased(state: str) -> None:
    making.action(due_in=-10, state=state, proof="See the pull request.")
    assert sweep() == 0


def test_an_acceptance_that_has_run_out_opens_the_item_and_it_is_chased_from_that_day() -> None:
    accepted = making.today() - timedelta(days=1)
    action = making.action(due_in=-60, state="RISK_ACCEPTED", accepted_until_date=accepted)
    sweep()
    action.refresh_from_db()
    assert (action.state, action.due_date) == ("OPEN", accepted)
    assert action.passages.get().verb == "risk_expired"
    assert ChaseStep.objects.filter(action=action, outcome="TOLD").first().step == "T+1"  # type: ignore[union-attr]


def test_a_risk_accepted_until_today_stays_accepted_today() -> None:
    making.action(due_in=-60, state="RISK_ACCEPTED", accepted_until_date=making.today())
    assert sweep() == 0


def test_the_room_is_told_once_that_the_top_was_reached() -> None:
    room = making.incident()
    making.action(due_in=-7, incident=room)
    sweep()
    sweep(7)
    assert room.timeline.filter(kind="ACTION", is_automatic=True).count() == 1


def test_a_sweep_is_bounded_and_goes_on_where_it_stopped() -> None:
    for _item in range(5):
        making.action(due_in=0)
    assert [chase(at=timezone.now(), limit=2) for _round in range(4)] == [2, 2, 1, 0]


def test_a_sweep_that_finds_nothing_asks_few_questions(django_assert_max_num_queries: Any) -> None:
    for _item in range(20):
        making.action(due_in=-30)
    sweep()
    with django_assert_max_num_queries(4):
        assert sweep() == 0


def test_what_is_owed_is_found_by_index() -> None:
    from django.db import connection

    from reviews.services.chase_due import owed

    making.action(due_in=-3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = owed(making.today(), making.calendar().definition).explain()
    assert "Index" in plan
    assert "Seq Scan on reviews_actionitem" not in plan


def test_every_step_leaves_history_that_says_which_task_and_why() -> None:
    from registry.kernel.audit.context import Origin, acting

    making.action(due_in=0)
    with acting(origin=Origin.TASK, unit_id="task-7"):
        sweep()
    row = ChaseStep.history.get(step="T")
    assert (row.history_origin, row.history_unit_id, row.history_change_reason) == ("TASK", "task-7", "Chase step T")
