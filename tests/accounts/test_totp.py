"""An authenticator app: set up, asked for, replaced by a recovery code, switched off."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from registry.models import Mail, User
from tests import people
from tests.accounts.entering import confirm, enter, entered, events, is_inside

pytestmark = pytest.mark.django_db

ACTIVATE = "/account/2fa/totp/activate/"
AUTHENTICATE = "/account/2fa/authenticate/"


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def set_up(user: User) -> tuple[Client, str]:
    """Somebody who has just set up an app, and its secret."""
    client = entered(user)
    confirm(client)
    page = client.get(ACTIVATE).content.decode()
    found = re.search(r'id="totp-key">(\w+)<', page)
    assert found
    answer = client.post(ACTIVATE, {"code": code_of(found[1])})
    assert answer.status_code == 302, answer.content
    cache.clear()  # a code counts once; the tests are faster than the next one
    return client, found[1]


def test_setting_up_asks_for_the_password_first() -> None:
    answer = entered(people.risk()).get(ACTIVATE)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/reauthenticate/")


def test_the_code_is_drawn_into_the_page() -> None:
    client = entered(people.risk())
    confirm(client)
    page = client.get(ACTIVATE).content.decode()
    assert "<svg" in page
    assert "data:image" not in page


def test_from_then_on_the_password_alone_does_not_open() -> None:
    user = people.risk()
    _client, secret = set_up(user)
    later = Client()
    assert enter(later, user)["Location"] == AUTHENTICATE
    assert not is_inside(later)
    assert later.post(AUTHENTICATE, {"code": code_of(secret)})["Location"] == "/"
    assert is_inside(later)
    assert events("SIGNED_IN")[-1].detail["by"] == "password, totp"


def test_a_wrong_code_does_not_open_and_is_recorded() -> None:
    user = people.risk()
    set_up(user)
    later = Client()
    enter(later, user)
    assert b"Incorrect code" in later.post(AUTHENTICATE, {"code": "000000"}).content
    assert not is_inside(later)
    assert events("SIGN_IN_FAILED")[-1].detail["by"] == "totp"


def test_codes_cannot_be_guessed_for_long() -> None:
    user = people.risk()
    _client, secret = set_up(user)
    later = Client()
    enter(later, user)
    for n in range(5):
        later.post(AUTHENTICATE, {"code": f"00000{n}"})
    assert b"Wait five minutes" in later.post(AUTHENTICATE, {"code": code_of(secret)}).content
    assert not is_inside(later)


def test_a_code_counts_once() -> None:
    user = people.risk()
    _client, secret = set_up(user)
    code = code_of(secret)
    first, second = Client(), Client()
    for client in (first, second):
        enter(client, user)
        client.post(AUTHENTICATE, {"code": code})
    assert (is_inside(first), is_inside(second)) == (True, False)


def test_a_recovery_code_opens_once() -> None:
    user = people.risk()
    client, _secret = set_up(user)
    client.post("/account/2fa/recovery-codes/generate/")
    found = re.search(r"<li>(\w+)</li>", client.get("/account/2fa/recovery-codes/").content.decode())
    assert found
    first, second = Client(), Client()
    for one in (first, second):
        enter(one, user)
        one.post(AUTHENTICATE, {"code": found[1]})
    assert (is_inside(first), is_inside(second)) == (True, False)


def test_setting_up_and_switching_off_are_recorded_and_mailed(django_capture_on_commit_callbacks: Any) -> None:
    user = people.risk()
    with django_capture_on_commit_callbacks(execute=True):
        client, _secret = set_up(user)
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user, type="totp").exists()
    for event in ("SECOND_FACTOR_ADDED", "SECOND_FACTOR_REMOVED"):
        assert "totp" in [entry.detail["by"] for entry in events(event)]
    subjects = [mail.subject for mail in Mail.objects.order_by("pk")]
    assert "Holdfast: Authenticator app set up" in subjects
    assert "Holdfast: Authenticator app switched off" in subjects
