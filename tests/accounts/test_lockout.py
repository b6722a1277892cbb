"""Five wrong passwords close the way in for a quarter of an hour."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from tests import people
from tests.accounts.entering import enter, events, is_inside

pytestmark = pytest.mark.django_db


def lock(client: Client, email: str) -> list[int]:
    return [enter(client, email, f"wrong-password-{n}").status_code for n in range(5)]


def test_the_fifth_wrong_password_locks_and_says_so(client: Client) -> None:
    assert lock(client, people.risk().email) == [200, 200, 200, 200, 429]
    page = enter(client, people.risk()).content
    assert b"For 15 minutes no sign-in is possible here" in page
    assert not is_inside(client)


def test_upper_and_lower_case_are_the_same_account(client: Client) -> None:
    for n in range(3):
        enter(client, people.risk().email, f"wrong-password-{n}")
    for n in range(2):
        answer = enter(client, people.risk().email.upper(), f"wrong-password-{n}")
    assert answer.status_code == 429


def test_another_account_and_another_place_are_not_locked(client: Client) -> None:
    lock(client, people.risk().email)
    assert enter(Client(), people.owner()).status_code == 302
    assert enter(Client(REMOTE_ADDR="192.0.2.7"), people.risk()).status_code == 302


def test_the_lock_opens_by_itself(client: Client) -> None:
    lock(client, people.risk().email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert enter(client, people.risk()).status_code == 302


def test_a_right_password_begins_the_count_anew(client: Client) -> None:
    for _round in range(2):
        for n in range(4):
            assert enter(Client(), people.risk(), f"wrong-password-{n}").status_code == 200
        assert enter(Client(), people.risk()).status_code == 302


def test_attempts_and_lockouts_are_recorded(client: Client) -> None:
    lock(client, people.risk().email)
    enter(client, people.risk())
    kinds = [entry.event for entry in events("SIGN_IN_FAILED", "LOCKED_OUT", "SIGNED_IN")]
    assert (kinds.count("SIGN_IN_FAILED"), kinds.count("LOCKED_OUT"), kinds.count("SIGNED_IN")) == (4, 2, 0)
    assert {entry.object_id for entry in events("LOCKED_OUT")} == {str(people.risk().pk)}


def test_no_password_is_kept_with_the_attempts(client: Client) -> None:
    enter(client, people.risk(), "wrong-password-secret")
    assert "wrong-password-secret" not in str(list(AccessAttempt.objects.values()))
