"""Reminding of gaps that come due and of acceptances that end."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from registry.models import CapabilityRecord, GapAcceptance, Notice, User, Workflow
from registry.services import gap_chase
from tests import people
from tests.registry import making
from tests.registry.test_capability_services import KEY, accept, ask, meet, state

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12)


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    return made


def on(days: int) -> datetime:
    return NOON + timedelta(days=days)


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(recipient=person, kind="GAP").order_by("pk").values_list("body", flat=True))


def test_its_owner_hears_a_week_before_on_the_day_and_every_week_after(workflow: Workflow) -> None:
    technical = people.owner("Tess Technical")
    state(workflow, at=NOON, owner=technical, due_date=timezone.localdate(on(10)))
    sent = [gap_chase.chase(at=on(days)) for days in range(26)]
    assert [day for day, count in enumerate(sent) if count] == [3, 10, 17, 24]
    first, due, late, later = told(technical)
    assert (first[:21], due[:16]) == ("It is due in 7 days.\n", "It is due today.")
    assert (late[:18], later[:19]) == ("It is 7 days late.", "It is 14 days late.")
    assert told(people.owner()) == []


def test_running_it_twice_tells_nobody_twice(workflow: Workflow) -> None:
    state(workflow, at=NOON, due_date=timezone.localdate(on(1)))
    assert [gap_chase.chase(at=on(2)) for _run in range(3)] == [1, 0, 0]


def test_after_a_pause_only_the_newest_step_is_told(workflow: Workflow) -> None:
    state(workflow, at=NOON, due_date=timezone.localdate(on(1)))
    assert gap_chase.chase(at=on(60)) == 1


def test_a_new_day_begins_the_chase_again(workflow: Workflow) -> None:
    state(workflow, at=NOON, due_date=timezone.localdate(on(1)))
    gap_chase.chase(at=on(1))
    state(workflow, at=on(1), due_date=timezone.localdate(on(3)))
    assert gap_chase.chase(at=on(1)) == 1


def test_what_is_met_accepted_or_retired_is_not_chased(workflow: Workflow) -> None:
    due = timezone.localdate(on(1))
    state(workflow, at=NOON, due_date=due)
    meet(workflow, at=NOON)
    state(workflow, "ROLLBACK", at=NOON, due_date=due)
    accept(ask(workflow, "ROLLBACK"))
    assert gap_chase.chase(at=on(2)) == 0
    state(workflow, "TOOL_LOGGING", at=NOON, due_date=due)
    workflow.stage, workflow.production_basis = "RETIRED", ""
    workflow.save()
    assert gap_chase.chase(at=on(2)) == 0


def test_where_its_owner_has_left_the_owner_of_the_workflow_hears(workflow: Workflow) -> None:
    gone = people.owner("Gone Tomorrow")
    state(workflow, at=NOON, owner=gone, due_date=timezone.localdate(on(1)))
    gone.is_active = False
    gone.save()
    gap_chase.chase(at=on(1))
    assert (len(told(gone)), len(told(people.owner()))) == (0, 1)


def test_the_end_of_an_acceptance_is_told_to_asker_owner_and_risk_and_it_lapses_by_itself(workflow: Workflow) -> None:
    asker, second = people.risk(), people.risk("Second Risk")
    accept(ask(workflow, at=NOON, by=asker, until_date=timezone.localdate(on(20))), at=NOON)
    sent = [gap_chase.chase(at=on(days)) for days in range(30)]
    assert [(day, count) for day, count in enumerate(sent) if count] == [(6, 3), (17, 3), (21, 3)]
    assert [len(told(person)) for person in (asker, second, people.owner())] == [3, 3, 3]
    assert GapAcceptance.objects.get().lapsed_at == on(21)
    assert (
        CapabilityRecord.objects.get(workflow=workflow, capability=KEY).standing.state(timezone.localdate(on(21)))
        == "GAP"
    )


def test_a_sweep_that_finds_nothing_asks_few_questions(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert gap_chase.chase(at=NOON) == 0
