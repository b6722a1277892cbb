"""The same report asked for by several presses in the same moment: one document, one number."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.models import AuditEntry, Document, User, Vendor
from reviews.reports.workflow_dossier import workflow_dossier
from reviews.services import report_kinds
from tests import people
from tests.api import world as worlds
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


def elsewhere(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_report_frozen_for_a_page_is_of_one_view_and_the_next_one_is_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, asking = worlds.build(), workflow_dossier
    url = reverse("workflow-dossier", args=[world.workflow.pk])
    seen: list[tuple[int, int]] = []
    others: list[threading.Thread] = []

    def dossier(*about: Any, **options: Any) -> Any:
        before = Vendor.objects.count()
        elsewhere(lambda: Vendor.objects.create(name=f"Came meanwhile {len(seen)}")).join()
        if not others:
            others.append(elsewhere(lambda: pressed_by(world.second)))
            wait_for_a_lock()
        seen.append((before, Vendor.objects.count()))
        return asking(*about, **options)

    def pressed_by(person: User) -> None:
        client = Client()
        client.force_login(person)
        assert client.post(url).status_code == 302

    monkeypatch.setattr(report_kinds, "workflow_dossier", dossier)
    pressed_by(world.risk)
    others[0].join(timeout=60)
    assert [before == after for before, after in seen] == [True, True]
    first, second = Document.objects.filter(kind="WORKFLOW_DOSSIER").order_by("number")
    assert second.supersedes == first


def wait_for_a_lock() -> None:
    """Until some other connection waits for what this one holds."""
    with connection.cursor() as cursor:
        for _look in range(600):
            cursor.execute("SELECT pg_sleep(0.05), count(*) FROM pg_locks WHERE NOT granted")
            if (cursor.fetchone() or (None, 0))[1]:
                return
    raise AssertionError("Nobody waits.")
