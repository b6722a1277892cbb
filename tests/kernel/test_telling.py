"""Telling somebody once, and mail that leaves exactly once although everything may be killed at any moment."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from registry.kernel.notify.tell import deliver, post, tell
from registry.models import DeliveredMail, Mail, Notice
from tests import people

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mailbox(settings: Any) -> None:
    """Mail goes where the demonstration's goes; the test runner would catch it before."""
    settings.EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"


def told(key: str = "overdue:7:day-1", **more: Any) -> tuple[Notice, bool]:
    return tell(
        key=key, kind="OVERDUE", recipient=people.owner(), subject="Overdue", body="Since Monday", at=NOW, **more
    )


@pytest.mark.django_db
def test_the_same_key_tells_once_and_keeps_the_first_words() -> None:
    first, created = told()
    again, created_again = told(url="/elsewhere/")
    assert (created, created_again, again.pk, again.url) == (True, False, first.pk, "")
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_the_mail_leads_to_the_record_by_its_full_address(settings: Any) -> None:
    settings.SITE_URL = "https://holdfast.example"
    told(url="/actions/7/")
    assert Mail.objects.get().body == "Since Monday\n\nhttps://holdfast.example/actions/7/\n"


@pytest.mark.django_db
def test_a_notice_may_stay_inside() -> None:
    told(by_mail=False)
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_what_was_delivered_is_not_delivered_again() -> None:
    told()
    assert [deliver(at=NOW), deliver(at=NOW)] == [1, 0]
    assert DeliveredMail.objects.count() == 1


@pytest.mark.django_db
def test_a_mail_without_a_notice_leaves_too() -> None:
    post(to="new@example.test", subject="Welcome", body="Here", at=NOW)
    deliver(at=NOW)
    assert DeliveredMail.objects.get().recipient == "new@example.test"


@pytest.mark.django_db
def test_a_line_break_in_a_subject_smuggles_no_header() -> None:
    post(to="new@example.test", subject="Hello\nBcc: other@example.test", body="Here", at=NOW)
    deliver(at=NOW)
    assert [mail.recipient for mail in DeliveredMail.objects.all()] == ["new@example.test"]


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    told()
    monkeypatch.setattr(EmailMessage, "send", refuse)
    deliver(at=NOW)
    mail = Mail.objects.get()
    assert (mail.attempts, mail.sent_at, mail.last_error) == (1, None, "ConnectionRefusedError: away")
    monkeypatch.undo()
    assert deliver(at=NOW + timedelta(minutes=1)) == 0
    assert deliver(at=NOW + timedelta(minutes=3)) == 1
    assert DeliveredMail.objects.count() == 1


def refuse(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
    raise ConnectionRefusedError("away")


class KilledError(BaseException):
    """As if the process ended here: nothing catches it."""


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_marking_the_mail_is_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told()
    monkeypatch.setattr("registry.kernel.notify.tell.timezone.now", kill)
    with pytest.raises(KilledError):
        deliver(at=NOW)
    monkeypatch.undo()
    assert (DeliveredMail.objects.count(), Mail.objects.filter(sent_at=None).count()) == (0, 1)
    deliver(at=NOW)
    assert (DeliveredMail.objects.count(), Mail.objects.filter(sent_at=None).count()) == (1, 0)


def kill() -> datetime:
    raise KilledError


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_share_the_outbox() -> None:
    for number in range(12):
        told(f"key-{number}")
    begun = threading.Barrier(3)

    def work() -> None:
        begun.wait()
        try:
            deliver(at=NOW)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert DeliveredMail.objects.count() == 12
    assert len(set(DeliveredMail.objects.values_list("message_id", flat=True))) == 12
