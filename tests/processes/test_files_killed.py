"""Workers killed while they check or re-encrypt stored files: every file stays readable, every finding comes once."""

import base64
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from incidents.models import CustodyEvent, Evidence
from incidents.services import evidence
from registry.kernel.files import keep_bytes
from registry.kernel.storage import content
from registry.models import AuditEntry, Notice, StoredFile
from tests import people, stored
from tests.custody.conftest import KEYS
from tests.incidents import making
from tests.processes.conftest import Worker, database_url, wait_until

FILES = 150
KILLS = 4
DAMAGED = 30

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def rotation(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_file_keys"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOLDFAST_MODE": "local",
            "HOLDFAST_VAR": str(folder),
            "DATABASE_URL": database_url(),
            "FILES_KEYS": ",".join(f"{name}:{base64.b64encode(secret).decode()}" for name, secret in KEYS),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def moved() -> int:
    return StoredFile.objects.filter(key_id="k2").count()


def test_a_change_of_key_killed_again_and_again_loses_nothing(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "site" / "files")
    settings.FILES_KEYS = KEYS[1:]
    files = [
        keep_bytes(os.urandom(300_000), media_type="application/octet-stream", at=timezone.now())
        for _file in range(FILES)
    ]
    settings.FILES_KEYS = KEYS
    chance = random.Random(7)
    for _round in range(KILLS):
        process = rotation(tmp_path / "site")
        goal = moved() + chance.randint(5, 15)
        wait_until(lambda goal=goal: moved() >= goal)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
        assert moved() < FILES
        assert all(StoredFile.objects.get(pk=file.pk).digest() == file.sha256 for file in files)

    assert rotation(tmp_path / "site").wait(timeout=120) == 0
    settings.FILES_KEYS = KEYS[:1]
    for file in StoredFile.objects.all():
        assert (file.key_id, file.digest()) == ("k2", file.sha256)
    lying = [path for path in stored.everything_in(settings.MEDIA_ROOT) if path.parent.name != ".incoming"]
    assert sorted(path.name for path in lying) == sorted(content.name_of(file.sha256, "k2") for file in files)


def test_a_check_killed_again_and_again_raises_each_alarm_once(worker: Worker, settings: Any) -> None:
    settings.MEDIA_ROOT = str(worker.folder / "files")
    staff = [people.risk(), people.auditor(), people.administrator()]
    incident = making.declared()
    pieces = []
    for number in range(FILES):
        upload = making.upload(f"log {number}\n".encode() * 2000, f"log-{number}.txt")
        pieces.append(evidence.add_file(incident, by=incident.declared_by, upload=upload, **making.about()))
    for piece in pieces[:: FILES // DAMAGED]:
        assert piece.file is not None
        stored.damage(piece.file, b"other\n")

    def checked() -> int:
        return StoredFile.objects.filter(checked_at__isnull=False).count()

    chance = random.Random(7)
    for _round in range(3):
        worker.start()
        worker.nudge("incidents.tasks.check_evidence")
        goal = checked() + chance.randint(5, 15)
        wait_until(lambda goal=goal: checked() >= goal)  # type: ignore[misc]
        worker.kill()
        assert checked() < FILES
    worker.start()
    worker.nudge("incidents.tasks.check_evidence")
    wait_until(lambda: checked() == FILES)
    worker.nudge("incidents.tasks.check_evidence")
    worker.stop()

    assert Evidence.objects.filter(custody="ALTERED").count() == DAMAGED
    assert CustodyEvent.objects.filter(kind="FOUND_ALTERED").count() == DAMAGED
    assert AuditEntry.objects.filter(event="FILE_ALTERED").count() == DAMAGED
    assert Notice.objects.filter(kind="CUSTODY").count() == DAMAGED * len(staff)
