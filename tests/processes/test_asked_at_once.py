"""The same report asked for by several presses in the same moment: one document, one number."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from registry.models import AuditEntry, Document, User
from tests import people
from tests.documents.issuing_world import frozen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PRESSES = 6


def pressed(people_: list[User], at: Any) -> list[int]:
    made: list[int] = []
    start = threading.Barrier(len(people_))

    def press(person: User) -> None:
        try:
            start.wait(timeout=30)
            made.append(frozen(by=person, at=at).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[person]) for person in people_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def test_one_person_gets_one_document_however_often_it_was_pressed() -> None:
    made = pressed([people.risk()] * PRESSES, timezone.now())
    assert (len(made), len(set(made))) == (PRESSES, 1)
    assert Document.objects.get().number == "SR-2026-0001"
    assert AuditEntry.objects.filter(event="FROZEN").count() == 1


def test_two_people_get_two_with_numbers_that_follow_each_other() -> None:
    made = pressed([people.risk(), people.auditor()], timezone.now())
    assert len(set(made)) == 2
    numbers = Document.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["SR-2026-0001", "SR-2026-0002"]
    assert Document.objects.filter(supersedes__isnull=False).count() == 1
