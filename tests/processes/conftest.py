"""Real worker processes on the test database, with a file-system broker of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from tests import shipped


def wait_until(condition: Callable[[], object], seconds: float = 120, pause: float = 0.02) -> None:
    """Returns once `condition` holds; fails the test when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"Waited {seconds} seconds in vain.")
        time.sleep(pause)


class Worker:
    """A Celery worker that can be started, nudged, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None
        queue, control = folder / "broker" / "queue", folder / "broker" / "control"
        for path in (queue, control):
            path.mkdir(parents=True)
        self.sender = Celery("sender", broker="filesystem://")
        self.sender.conf.broker_transport_options = {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "INFO"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **self._environment()},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def nudge(self, task: str) -> None:
        self.sender.send_task(task)

    def kill(self) -> None:
        """At once, between two instructions of whatever it is doing; nothing is cleaned up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=20)
        self.process = None

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOLDFAST_MODE": "local",
            "HOLDFAST_VAR": str(self.folder),
            "DATABASE_URL": database_url(),
        }


def database_url() -> str:
    """The database of this test run, as another process reaches it."""
    known: dict[str, Any] = connection.settings_dict
    person = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    query = urlencode({"host": known["HOST"]})
    port = f"localhost:{known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{person}@{port}/{quote(known['NAME'])}?{query}"


@pytest.fixture(scope="module", autouse=True)
def _shipped_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """These tests commit, so the tables are emptied after each; the shipped rows come back for those who follow."""
    yield
    with django_db_blocker.unblock():
        shipped.restore()


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    shipped.restore()
    worker = Worker(tmp_path / "worker")
    yield worker
    worker.stop()
