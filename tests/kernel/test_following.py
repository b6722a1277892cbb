"""Reading the entries of the record in order while others write, each once, and none missed."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from registry.kernel.audit.following import newest, settled
from registry.models import AuditEntry, Vendor

pytestmark = pytest.mark.django_db(transaction=True)


def wrote(name: str) -> Vendor:
    return Vendor.objects.create(name=f"{name} {uuid.uuid4()}")


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Another transaction has written an entry and ends with the block."""
    written, end = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            wrote("Slow")
            written.set()
            end.wait(10)
        connection.close()

    writer = threading.Thread(target=work)
    writer.start()
    written.wait(10)
    yield
    end.set()
    writer.join()


def test_what_a_slow_writer_numbered_earlier_is_waited_for() -> None:
    start = newest().entry_id
    with somebody_writing():
        wrote("Fast")
        before = newest()
        assert before.writers
        assert settled(before, None) is None
        assert settled(newest(), before) is None
    after = newest()
    assert settled(after, before) == after.entry_id
    assert [entry.pk > start for entry in AuditEntry.objects.order_by("-pk")[:2]] == [True, True]


def test_who_begins_later_holds_up_nothing_that_was_there_before() -> None:
    with somebody_writing():
        wrote("Fast")
        before = newest()
    with somebody_writing():
        assert settled(newest(), before) == before.entry_id
