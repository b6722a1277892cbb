"""The chase in a real worker that is killed in the middle, again and again: every step once, no notice lost."""

import random
from collections import Counter

import pytest

from registry.models import DeliveredMail, Mail, Notice, User
from reviews.models import ActionItem, ChaseStep
from tests import people
from tests.processes.conftest import Worker, wait_until
from tests.reviews import making

ITEMS = 80
KILLS = 3
CHASE = "reviews.tasks.chase"
MAIL = "registry.tasks.deliver_mail"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def overdue_items() -> list[User]:
    """Many items, overdue by three weeks: seven missed steps and four people to tell for each."""
    everybody = [people.owner(), people.owner("Ola Owns"), people.risk(), people.executive()]
    flow = making.workflow(owner=everybody[1])
    for _item in range(ITEMS):
        making.action(due_in=-22, workflow=flow)
    return everybody


def chased() -> int:
    """Items with a step on record."""
    return ChaseStep.objects.values("action").distinct().count()


def kill_in_the_middle(worker: Worker, after: int) -> None:
    wait_until(lambda: chased() >= after)
    worker.kill()


def test_killed_between_steps_nothing_is_lost_and_nothing_is_sent_twice(worker: Worker) -> None:
    everybody = overdue_items()
    chance = random.Random(7)
    for round_ in range(KILLS):
        worker.start()
        worker.nudge(CHASE)
        kill_in_the_middle(worker, after=chased() + chance.randint(3, ITEMS // KILLS // 2))
        assert chased() < ITEMS, f"round {round_} was not interrupted"

    worker.start()
    worker.nudge(CHASE)
    wait_until(lambda: chased() == ITEMS)
    worker.nudge(CHASE)
    worker.nudge(MAIL)
    wait_until(lambda: not Mail.objects.filter(sent_at__isnull=True).exists())
    worker.stop()

    steps = Counter(ChaseStep.objects.values_list("action", "step", "rung", "outcome"))
    assert set(steps.values()) == {1}
    assert Counter(outcome for *_rest, outcome in steps) == {"MISSED": 7 * ITEMS, "TOLD": 4 * ITEMS}
    assert ChaseStep.history.count() == ChaseStep.objects.count()

    notices = Counter(Notice.objects.values_list("object_id", "recipient"))
    assert notices == {(str(pk), person.pk): 1 for pk in action_numbers() for person in everybody}
    delivered = Counter(DeliveredMail.objects.values_list("message_id", flat=True))
    assert set(delivered) == {f"<notice-{pk}@holdfast>" for pk in Notice.objects.values_list("pk", flat=True)}
    assert set(delivered.values()) == {1}


def action_numbers() -> list[int]:
    return list(ActionItem.objects.values_list("pk", flat=True))
