"""The import command killed in the middle of applying: nothing of it is left, and it can be run again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from registry.models import AuditEntry, BusinessUnit, ChangeSet, ImportRow, Workflow
from tests import people
from tests.processes.conftest import database_url, wait_until

EXCERPT = Path(__file__).resolve().parents[1] / "data" / "inventory-200.csv"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def started(folder: Path) -> "subprocess.Popen[bytes]":
    environment = {"HOLDFAST_MODE": "local", "HOLDFAST_VAR": str(folder), "DATABASE_URL": database_url()}
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_workflows", str(EXCERPT), "--mapping", "federal-2024"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_waiting_to_write_history() -> bool:
    """Another process stands before the locked table, with its workflows already inserted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'registry_historicalworkflow'::regclass"
        )
        found: Any = cursor.fetchone()
    return bool(found[0])


def test_a_command_killed_in_the_middle_leaves_nothing_and_runs_again(tmp_path: Path) -> None:
    people.risk()
    entries = AuditEntry.objects.count()
    with psycopg.connect(database_url()) as blocker:
        blocker.execute("LOCK TABLE registry_historicalworkflow IN SHARE MODE")
        process = started(tmp_path)
        wait_until(is_waiting_to_write_history)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    wait_until(lambda: not is_waiting_to_write_history())
    for model in (Workflow, BusinessUnit, ChangeSet, ImportRow):
        assert not model._default_manager.exists()
    assert AuditEntry.objects.count() == entries

    assert started(tmp_path).wait(timeout=120) == 0
    assert Workflow.objects.count() == 200
