"""Shared by the tests of the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import shipped


@pytest.fixture(scope="module")
def _for_those_who_follow(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For modules whose tests commit: the tables are emptied after each; the shipped rows come back at the end."""
    yield
    with django_db_blocker.unblock():
        shipped.restore()
