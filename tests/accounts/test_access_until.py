"""Accounts with an end: for people who come for a while. At that moment everything they opened is shut."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from registry.kernel.access.tokens import issue
from registry.kernel.access.verdict import Refused
from registry.models import AuditEntry, Role, User
from registry.services import people as services
from tests import people
from tests.accounts.entering import entered, is_inside
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def limited(person: User, until: datetime | None, at: datetime | None = None) -> User:
    now = at or timezone.now()
    return services.set_access_until(person, by=people.administrator(), at=now, until=until, reason="Visit")


def ended(person: User) -> User:
    """Somebody whose time ran out an hour ago."""
    now = timezone.now()
    return limited(person, now - timedelta(hours=1), at=now - timedelta(days=1))


def test_an_administrator_sets_the_end_in_a_zone_and_the_record_says_why() -> None:
    auditor = people.auditor()
    client = signed_in(people.administrator())
    given = {"until": "2036-11-30T18:00", "zone": "Europe/Lisbon", "reason": "Annual audit"}
    assert client.post(f"/people/{auditor.pk}/access/", given).status_code == 302
    auditor.refresh_from_db()
    assert auditor.access_until == datetime(2036, 11, 30, 18, tzinfo=UTC)
    assert "30 Nov 2036" in client.get(f"/people/{auditor.pk}/").content.decode()
    assert "30 Nov 2036" in client.get("/people/").content.decode()
    entry = AuditEntry.objects.filter(object_type="registry.user", object_id=str(auditor.pk)).latest("id")
    assert (entry.reason, entry.actor_id) == ("Annual audit", people.administrator().pk)


def test_the_end_can_be_taken_away_again() -> None:
    auditor = limited(people.auditor(), timezone.now() + timedelta(days=3))
    signed_in(people.administrator()).post(
        f"/people/{auditor.pk}/access/", {"until": "", "zone": "UTC", "reason": "Stays"}
    )
    auditor.refresh_from_db()
    assert auditor.access_until is None


def test_a_moment_that_has_passed_is_refused() -> None:
    with pytest.raises(ValidationError):
        limited(people.auditor(), timezone.now() - timedelta(minutes=1))


def test_an_hour_that_does_not_exist_is_refused() -> None:
    given = {"until": "2036-03-30T01:30", "zone": "Europe/Lisbon", "reason": "x"}
    answer = signed_in(people.administrator()).post(f"/people/{people.auditor().pk}/access/", given)
    assert answer.status_code == 422
    assert b"does not exist" in answer.content


def test_administrators_have_no_end_and_who_has_one_becomes_none() -> None:
    with pytest.raises(ValidationError):
        limited(people.administrator("Second Admin"), timezone.now() + timedelta(days=1))
    auditor = limited(people.auditor(), timezone.now() + timedelta(days=1))
    with pytest.raises(ValidationError):
        services.set_roles(
            auditor, by=people.administrator(), at=timezone.now(), roles=[Role.ADMINISTRATOR], reason="x"
        )


def test_only_administrators_set_it_and_not_for_themselves() -> None:
    for by, person in ((people.risk(), people.auditor()), (people.administrator(), people.administrator())):
        with pytest.raises(Refused):
            services.set_access_until(person, by=by, at=timezone.now(), until=None, reason="x")


def test_signing_in_after_the_end_is_refused_with_a_kind_sentence() -> None:
    auditor = ended(people.auditor())
    client = Client()
    answer: Any = client.post("/account/login/", {"login": auditor.email, "password": people.PASSWORD})
    assert answer.status_code == 403
    assert b"Your access was open until" in answer.content
    assert not is_inside(client)


def test_before_the_end_signing_in_is_as_ever() -> None:
    auditor = limited(people.auditor(), timezone.now() + timedelta(hours=1))
    assert is_inside(entered(auditor))


def test_a_wrong_password_is_told_nothing_about_the_end() -> None:
    auditor = ended(people.auditor())
    answer = Client().post("/account/login/", {"login": auditor.email, "password": "wrong-password-here"})
    assert b"Your access was open" not in answer.content


def test_a_session_ends_at_that_moment_and_the_record_says_so() -> None:
    auditor = people.auditor()
    client = signed_in(auditor)
    assert client.get("/audit/").status_code == 200
    ended(auditor)
    answer = client.get("/audit/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/account/login/")
    assert b"Your access was open until" in answer.content
    assert client.get("/audit/").status_code == 302
    entry = AuditEntry.objects.get(event="SIGNED_OUT")
    assert (entry.actor_id, entry.reason) == (auditor.pk, "Access ended")


def test_a_session_ends_for_the_api_too() -> None:
    auditor = people.auditor()
    client = signed_in(auditor)
    ended(auditor)
    assert client.get("/api/v1/me/").status_code in (401, 403)


def test_a_token_ends_at_that_moment() -> None:
    auditor = people.auditor()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(auditor, name='Test')[1]}")
    assert client.get("/api/v1/me/").status_code == 200
    ended(auditor)
    assert client.get("/api/v1/me/").status_code == 401


def test_checking_the_end_asks_the_database_nothing_more() -> None:
    auditor, counts = people.auditor(), []
    for until in (None, timezone.now() + timedelta(days=1)):
        limited(auditor, until)
        client = signed_in(auditor)
        with CaptureQueriesContext(connection) as captured:
            client.get("/people/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_whoever_s_time_is_over_is_not_offered_for_new_work() -> None:
    auditor = ended(people.auditor())
    assert auditor not in User.objects.with_role(Role.AUDITOR)
