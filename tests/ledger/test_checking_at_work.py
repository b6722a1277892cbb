"""The standing check while people work, the sequencer runs and something is erased: no false alarm."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from registry.kernel.audit.events import note
from registry.kernel.ledger import checking, loose_ends, rereading, sequencing, slices
from registry.models import Vendor
from tests import people
from tests.erasure.test_erasing import erased, leaver

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@contextmanager
def going_on(work: Callable[[], object]) -> Iterator[None]:
    """`work` again and again in another session, at least once."""
    over = threading.Event()

    def run() -> None:
        try:
            work()
            while not over.is_set():
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_running_sequencer_raises_no_alarm() -> None:
    sequencer = sequencing.Sequencer()

    def write_and_place() -> None:
        with transaction.atomic():
            Vendor.objects.create(name=f"V{timezone.now()}")
        sequencer.advance()

    findings = []
    with going_on(write_and_place):
        for _run in range(25):
            findings += checking.go_on(checking.begin("LEDGER", at=NOW), clock=timezone.now).findings
    assert findings == []


def test_what_is_placed_between_two_questions_of_a_piece_raises_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    note("EXPORTED", at=NOW)
    sequencing.advance()
    asked = slices.rows_of

    def rows_of(sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
        rows = asked(sql, params)
        if "registry_auditentry" in sql:
            with going_on(lambda: (note("EXPORTED", at=NOW), sequencing.advance())):
                pass
        return rows

    monkeypatch.setattr(rereading, "rows_of", rows_of)
    monkeypatch.setattr(loose_ends, "rows_of", rows_of)
    assert checking.go_on(checking.begin("LEDGER", at=NOW), clock=timezone.now).findings == []


def test_an_erasure_while_it_looks_raises_no_alarm_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is carried out just before the question for what is gone."""
    person, other = leaver(), people.person("Olga Other")
    erased(other, "name")
    asked = slices.rows_of
    done: list[object] = []

    def erase_once() -> None:
        if not done:
            done.append(erased(person, "name"))

    def rows_of(sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
        if "ERASED" not in sql and "payload" in sql:
            with going_on(erase_once):
                pass
        return asked(sql, params)

    monkeypatch.setattr(loose_ends, "rows_of", rows_of)
    assert checking.go_on(checking.begin("LEDGER", at=NOW), clock=timezone.now).findings == []
    again = checking.go_on(checking.begin("LEDGER", at=NOW), clock=timezone.now)
    assert (again.findings, again.erased > 0) == ([], True)
