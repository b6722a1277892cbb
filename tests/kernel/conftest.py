"""Some of these tests commit, so the tables are emptied after them; the shipped rows come back for those who follow."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import shipped


@pytest.fixture(scope="module", autouse=True)
def _shipped_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        shipped.restore()
    yield
    with django_db_blocker.unblock():
        shipped.restore()
