"""API tokens: what opens, what does not, and what is remembered of their use."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import AuthenticationFailed

from registry.kernel.access import tokens
from registry.models import ApiToken, TokenUse
from tests import people

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_the_secret_opens_and_is_kept_nowhere() -> None:
    token, secret = tokens.issue(people.risk(), name="Nightly")
    found = tokens.holder(secret, at=NOW)
    assert found == token
    assert found.user == people.risk()
    kept = ApiToken.objects.values_list().get(pk=token.pk)
    assert secret not in map(str, kept)


def test_a_token_works_until_the_moment_it_expires() -> None:
    token, secret = tokens.issue(people.risk(), name="Nightly", expires_at=NOW)
    assert tokens.holder(secret, at=NOW - timedelta(seconds=1)) == token
    assert tokens.holder(secret, at=NOW) is None


def test_a_revoked_token_opens_nothing_and_keeps_its_first_moment() -> None:
    token, secret = tokens.issue(people.risk(), name="Nightly")
    tokens.revoke(token, at=NOW)
    tokens.revoke(token, at=NOW + timedelta(days=1))
    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert tokens.holder(secret, at=NOW) is None


def test_a_token_of_somebody_whose_account_is_closed_opens_nothing() -> None:
    person = people.risk()
    _token, secret = tokens.issue(person, name="Nightly")
    person.is_active = False
    person.save()
    assert tokens.holder(secret, at=NOW) is None


def test_last_use_is_kept_to_the_minute_without_history() -> None:
    token, secret = tokens.issue(people.risk(), name="Nightly")
    rows = token.history.count()
    for seconds, kept in ((0, NOW), (30, NOW), (90, NOW + timedelta(seconds=90))):
        tokens.mark_used(tokens.holder(secret, at=NOW), at=NOW + timedelta(seconds=seconds))  # type: ignore[arg-type]
        assert TokenUse.objects.get(token=token).last_used_at == kept
    assert token.history.count() == rows


@pytest.mark.parametrize("header", ["Bearer hf_wrong", "Bearer ", "bearer nothing"])
def test_a_wrong_token_is_refused_instead_of_being_nobody(header: str) -> None:
    request = RequestFactory().get("/", headers={"Authorization": header})
    with pytest.raises(AuthenticationFailed):
        tokens.BearerAuthentication().authenticate(request)


def test_other_schemes_are_left_to_others() -> None:
    request = RequestFactory().get("/", headers={"Authorization": "Basic abc"})
    assert tokens.BearerAuthentication().authenticate(request) is None
