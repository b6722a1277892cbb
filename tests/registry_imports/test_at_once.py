"""Two people apply at the same moment: each workflow comes into being once."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from registry.kernel.http.errors import Conflict
from registry.models import BusinessUnit, ChangeSet, Workflow
from registry.services import importing
from tests import people
from tests.registry_imports.making import NOW, file_of, row, tried

pytestmark = pytest.mark.django_db(transaction=True)


def both(*steps: Callable[[], object]) -> list[str]:
    """What each step came to, in no order, all begun together on connections of their own."""
    results: list[str] = []
    gate = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            step()
            results.append("done")
        except Conflict as conflict:
            results.append(conflict.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(results)


def applying(change_set: ChangeSet, name: str) -> Callable[[], object]:
    by = people.risk(name)
    return lambda: importing.apply(change_set, by=by, at=NOW)


def test_one_change_set_applied_by_two_people_is_applied_once(tmp_path: Path) -> None:
    change_set = tried(file_of(tmp_path, *(row(number, unit="Claims") for number in range(40)))).change_set
    assert both(applying(change_set, "Rita Risk"), applying(change_set, "Rob Risk")) == ["conflict", "done"]
    assert (Workflow.objects.count(), BusinessUnit.objects.count()) == (40, 1)


def test_one_file_tried_and_applied_by_two_people_creates_each_workflow_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, *(row(number, unit="Claims") for number in range(40)))
    first, second = tried(path).change_set, tried(path).change_set
    assert both(applying(first, "Rita Risk"), applying(second, "Rob Risk")) == ["done", "import-stale"]
    assert (Workflow.objects.count(), BusinessUnit.objects.count()) == (40, 1)
