"""A clock that tests set, and a browser without a browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from registry.models import User

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Clock = Callable[[float], datetime]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Call it with hours after the start: from then on it is that late."""

    def set_to(hours: float) -> datetime:
        moment = START + timedelta(hours=hours)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    set_to(0)
    return set_to


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
