"""Shared by all tests: a data folder of their own, headless Chromium, people of every role."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from playwright.sync_api import Page, Playwright, sync_playwright

from tests import browser, shipped

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is no failure: properties are judged by their answers, never by the clock.
hypothesis.settings.register_profile("holdfast", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("holdfast")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Every test stores files in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "incoming")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    settings.LEDGER_STATE_FILE = str(tmp_path / "published")


@pytest.fixture(scope="session", autouse=True)
def _emptying_allowed() -> Iterator[None]:
    """Between tests the tables are emptied, which the database refuses everybody else, even its owner.

    What comes with the migrations is put back at once.
    """
    from registry.kernel.ledger.grants import span_tables

    emptied = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, statements: list[str]) -> None:
        switches = [
            "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT tgrelid FROM pg_trigger "
            f"WHERE tgname = 'holdfast_never_emptied' LOOP EXECUTE format('ALTER TABLE %s {verb} TRIGGER "
            "holdfast_never_emptied', t); END LOOP; END $$"
            for verb in ("DISABLE", "ENABLE ALWAYS")
        ]
        spans = [f"TRUNCATE {table}" for table in sorted(span_tables())]
        emptied(self, [switches[0], *statements, *spans, switches[1]])
        shipped.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(scope="session")
def playwright(django_db_setup: None, django_db_blocker: Any) -> Iterator[Playwright]:
    """While it runs, Django keeps connections apart from those before and after; none may outlive its time."""
    with django_db_blocker.unblock():
        connections.close_all()
    with sync_playwright() as running:
        yield running
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not browser.CHROMIUM:
        pytest.skip(f"No Chromium: none of {', '.join(browser.NAMES)} is on the PATH.")
    return {
        **browser_type_launch_args,
        "executable_path": browser.CHROMIUM,
        "headless": True,
        "args": browser.SWITCHES,
    }


@pytest.fixture
def csp_log(page: Page) -> list[str]:
    """What `page` complained of; the test asserts that it is empty."""
    return browser.complaints(page)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    def check(page: Page) -> None:
        assert list(browser.barriers(page)) == []

    return check
