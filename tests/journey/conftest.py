"""A browser for each person, and a real worker, on a database that every test leaves empty."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from registry.models import User
from tests import shipped
from tests.browser import PATIENCE
from tests.journey.visitor import Visitor
from tests.processes.conftest import Worker

Enter = Callable[[User], Visitor]


@pytest.fixture(scope="module", autouse=True)
def _shipped_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """These tests commit, so the tables are emptied after each; the shipped rows come back for those who follow."""
    expect.set_options(timeout=PATIENCE)
    yield
    with django_db_blocker.unblock():
        shipped.restore()


@pytest.fixture
def site(transactional_db: None, live_server: Any) -> str:
    """The address of the running site, with the rows that come with it and nothing else."""
    shipped.restore()
    return str(live_server.url)


@pytest.fixture
def visitor(site: str, new_context: Callable[..., BrowserContext]) -> Callable[..., Visitor]:
    """A browser of one's own that nobody has signed in to yet; arguments are Playwright's for a context."""

    def open_browser(**options: Any) -> Visitor:
        context = new_context(base_url=site, **{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        return Visitor(context.new_page())

    return open_browser


@pytest.fixture
def enter(visitor: Callable[..., Visitor]) -> Enter:
    """Somebody who has signed in through the sign-in page."""

    def sign_in(user: User) -> Visitor:
        person = visitor()
        person.sign_in(user)
        return person

    return sign_in


@pytest.fixture
def worker(site: str, settings: Any, tmp_path: Path) -> Iterator[Worker]:
    """A running worker that keeps its files where the site does."""
    worker = Worker(tmp_path / "worker")
    settings.MEDIA_ROOT = str(worker.folder / "files")
    worker.start()
    yield worker
    worker.stop()
