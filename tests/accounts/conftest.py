"""Signing in for real: a clean memory of attempts, and mail that can be looked at."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests import shipped


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def _for_those_who_follow(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For modules whose tests commit: the tables are emptied after each; the shipped rows come back at the end."""
    yield
    with django_db_blocker.unblock():
        shipped.restore()
