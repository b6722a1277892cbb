"""Some of these tests commit, so the tables are emptied after them; the shipped rows come back for those who follow."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import shipped


@pytest.fixture(scope="module", autouse=True)
def _shipped_rows(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    if not any(item.get_closest_marker("django_db") for item in request.session.items if item.module is request.module):
        yield  # no test of this module touches a database, and perhaps there is none
        return
    with django_db_blocker.unblock():
        shipped.restore()
    yield
    with django_db_blocker.unblock():
        shipped.restore()
