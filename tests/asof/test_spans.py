"""The spans beside the history say of every moment what the history says, whatever the clock did, and only that."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from registry.kernel.audit.asof import known
from registry.kernel.audit.context import acting
from registry.kernel.ledger import checking
from registry.kernel.ledger.models import IntegrityCheck
from registry.models import Workflow
from tests.registry import making

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(workflow: Workflow, at: datetime) -> Any:
    """The newest row by number among those dated until then, as the history alone has it."""
    history: Any = Workflow.history.model
    rows = history.objects.filter(id=workflow.pk, history_date__lte=at).order_by("-history_id")
    newest = rows.first()
    return None if newest is None or newest.history_type == "-" else newest.topic


def findings() -> list[str]:
    check = checking.go_on(checking.begin(IntegrityCheck.Subject.HISTORY, at=timezone.now()), clock=timezone.now)
    return [str(sentence) for sentence in check.findings]


@pytest.mark.parametrize("seed", range(3))
def test_the_spans_say_what_the_history_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    workflows = [making.workflow(name=f"One {n}") for n in range(2)]
    dates = []
    for step in range(25):
        at = START + timedelta(hours=chance.choice([step, step, chance.randrange(30)]))
        dates.append(at)
        one = chance.choice(workflows)
        one.topic = f"Step {step}"
        one._history_date = at  # type: ignore[attr-defined]
        with acting(reason="Random work"):
            one.save()
    for at in sorted({*dates, *(date + timedelta(minutes=1) for date in dates), START - timedelta(days=1)}):
        for one in workflows:
            found = known(Workflow, at, pk=one.pk)
            assert [row.topic for row in found] == ([told(one, at)] if told(one, at) is not None else []), at
    assert findings() == []


def test_a_span_that_was_bent_is_found() -> None:
    one = making.workflow()
    one.topic = "Second"
    with acting(reason="Changed"):
        one.save()
    assert findings() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_workflow_span SET tier = 'T4' WHERE id = %s", [one.pk])
    assert findings() == [f"Lists of the past show registry.workflow {one.pk} otherwise than its history."]
