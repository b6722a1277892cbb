"""Whatever is killed on the way, and however many workers there are: what happened is told once, and mailed once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from registry.models import Digest, Mail, NewsCursor, Notice, Workflow
from registry.services import digests, news_telling, watches
from tests import people
from tests.registry import making
from tests.registry.test_watching_workflows import edit

pytestmark = pytest.mark.django_db(transaction=True)


class KilledError(BaseException):
    """As if the process ended here: nothing catches it."""


def killed(*_args: Any, **_more: Any) -> None:
    raise KilledError


@pytest.fixture
def changed() -> Workflow:
    """A workflow that two people watch, changed three times since."""
    workflow = making.workflow()
    NewsCursor.objects.all().delete()
    news_telling.begin(at=timezone.now())
    for person in (people.member(), people.auditor()):
        watches.watch(workflow, by=person, at=timezone.now())
    for stage in ("PILOT", "DEVELOPMENT", "PROPOSED"):
        edit(workflow, stage=stage)
    return workflow


def told() -> int:
    return Notice.objects.filter(is_watched=True, recipient__in=[people.member(), people.auditor()]).count()


def at_once(work: Callable[[], object], workers: int = 3) -> None:
    begun = threading.Barrier(workers)

    def run() -> None:
        begun.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_killed_after_the_notices_were_written_they_are_written_once(
    changed: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NewsCursor, "save", killed)
    with pytest.raises(KilledError):
        news_telling.tell_news(at=timezone.now())
    monkeypatch.undo()
    assert told() == 0
    news_telling.tell_news(at=timezone.now())
    news_telling.tell_news(at=timezone.now())
    assert told() == 6


def test_workers_at_the_same_moment_tell_once_and_mail_once(changed: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(lambda: news_telling.tell_news(at=timezone.now()))
    news_telling.tell_news(at=timezone.now())
    assert told() == 6
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(Digest.objects, "create", killed)
    with pytest.raises(KilledError):
        digests.send_due(at=tomorrow)
    monkeypatch.undo()
    assert not Mail.objects.filter(notice=None).exists()
    at_once(lambda: digests.send_due(at=tomorrow))
    mailed = Mail.objects.filter(recipient__in=[people.member().email, people.auditor().email], notice=None)
    assert mailed.count() == 2
    assert not Notice.objects.filter(awaits_digest=True, recipient__in=[people.member(), people.auditor()]).exists()
