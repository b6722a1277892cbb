"""The mail that gathers what happened to watched workflows: when it leaves, what it says, and that it leaves once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.kernel.notify.tell import deliver
from registry.models import DeliveredMail, Digest, Mail, Notice, User, Workflow
from registry.services import digests
from registry.services.notices import mark_read
from registry.services.people import set_digest
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def at(hour: int, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def chosen(person: User, rhythm: str = "DAILY", hour: int = 7, zone: str = "UTC", weekday: int = 0) -> User:
    return set_digest(person, digest_rhythm=rhythm, digest_weekday=weekday, digest_hour=hour, time_zone=zone)


def told(person: User, workflow: Workflow, when: datetime, subject: str = "Risk tier: T2 → T1", **more: Any) -> Notice:
    given = {
        "key": f"watch:{subject}:{when}:{person.pk}",
        "kind": "TIER",
        "recipient": person,
        "subject": subject,
        "body": "Agreed in the review",
        "under_type": "registry.workflow",
        "under_id": str(workflow.pk),
        "is_watched": True,
        "awaits_digest": True,
        "created_at": when,
        **more,
    }
    return Notice.objects.create(**given)


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def test_it_leaves_at_the_hour_of_the_persons_own_clock_and_once(workflow: Workflow) -> None:
    person = chosen(people.member(), hour=7, zone="Europe/Berlin")
    told(person, workflow, at(5))
    assert [digests.send_due(at=at(hour)) for hour in (5, 6, 6, 7)] == [0, 1, 0, 0]
    digest = Digest.objects.get()
    assert (digest.due_at, digest.mail.recipient, digest.notices.count()) == (at(6), person.email, 1)


def test_what_comes_after_the_hour_waits_for_the_next_and_a_late_worker_loses_nothing(workflow: Workflow) -> None:
    person = chosen(people.member())
    told(person, workflow, at(6))
    told(person, workflow, at(8), "Later")
    assert digests.send_due(at=at(9)) == 1
    assert Digest.objects.get().notices.get().subject != "Later"
    assert [digests.send_due(at=at(6, 1)), digests.send_due(at=at(20, 3))] == [0, 1]
    assert not Notice.objects.filter(awaits_digest=True).exists()


def test_those_whose_hour_has_not_come_hold_up_nobody(workflow: Workflow) -> None:
    first, second = chosen(people.member(), rhythm="WEEKLY", weekday=4), chosen(people.auditor())
    for person in (first, second):
        told(person, workflow, at(5))
    assert first.pk < second.pk
    assert digests.send_due(at=at(8), limit=1) == 1
    assert Digest.objects.get().person == second


def test_the_weekly_one_waits_for_its_day(workflow: Workflow) -> None:
    person = chosen(people.member(), rhythm="WEEKLY", weekday=2)
    told(person, workflow, at(8))
    assert [digests.send_due(at=at(8, day)) for day in range(4)] == [0, 0, 1, 0]


def test_whoever_wants_none_gets_none_and_no_pile_later(workflow: Workflow) -> None:
    person = chosen(people.member())
    told(person, workflow, at(5))
    chosen(person, rhythm="NEVER")
    chosen(person)
    assert digests.send_due(at=at(8)) == 0


def test_it_tells_by_workflow_in_the_words_of_the_notices_with_links_and_no_secret(
    workflow: Workflow, settings: Any
) -> None:
    settings.SITE_URL = "https://holdfast.example"
    person = chosen(people.member())
    other = making.workflow(name="Áccounts <script>")
    first = told(person, workflow, at(4), "Lifecycle stage: Pilot → Production")
    told(person, other, at(4), "Incident opened: <script>alert('x')</script>")
    told(person, workflow, at(5), "Read already")
    mark_read(Notice.objects.latest("pk"), by=person, at=at(6))
    digests.send_due(at=at(7))
    mail = Mail.objects.get()
    assert mail.subject == "Holdfast: 2 notices about 2 workflows you watch"
    for words in (first.subject, "Agreed in the review", f"https://holdfast.example/notices/{first.pk}/"):
        assert words in mail.body
        assert words in mail.html
    assert "https://holdfast.example/preferences/mail/" in mail.body
    assert "<script>" not in mail.html
    assert "Read already" not in mail.body
    assert "token" not in mail.body


def test_what_may_not_be_seen_any_more_is_left_out(workflow: Workflow) -> None:
    person = chosen(people.member())
    told(person, workflow, at(5), object_type="incidents.incident", object_id="999999")
    assert digests.send_due(at=at(7)) == 0
    assert not Mail.objects.exists()
    assert not Notice.objects.filter(awaits_digest=True).exists()


def test_people_who_left_get_no_mail(workflow: Workflow) -> None:
    person = chosen(people.member())
    told(person, workflow, at(5))
    person.is_active = False
    person.save()
    assert digests.send_due(at=at(7)) == 0


def test_the_mail_arrives_as_text_and_as_a_page(workflow: Workflow, settings: Any) -> None:
    settings.EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"
    told(chosen(people.member()), workflow, at(5))
    digests.send_due(at=at(7))
    deliver(at=at(7))
    arrived = DeliveredMail.objects.get()
    assert (arrived.html[:15], arrived.body[:8]) == ("<!DOCTYPE html>", "1 notice")
