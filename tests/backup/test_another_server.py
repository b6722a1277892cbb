"""The drill as it would be on the day: another server and folder, nothing but the backup, the keys, a checkpoint."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as site
from django.core.management import call_command

from incidents.models import Evidence
from incidents.services import evidence
from registry.kernel.ledger import sequencing
from registry.models import Checkpoint, StoredFile
from tests import shipped
from tests.custody.conftest import KEYS
from tests.incidents import making
from tests.processes.storm import Server
from tests.stored import everything_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def server(tmp_path_factory: Any) -> Iterator[Server]:
    """A PostgreSQL that has never seen the site."""
    running = Server(tmp_path_factory.mktemp("other"))
    yield running
    running.stop()


def test_a_backup_comes_back_on_another_server_with_nothing_but_its_keys(
    server: Server, settings: Any, tmp_path: Path
) -> None:
    shipped.restore()
    contents = [b"kept plain\n", b"under the older key\n", os.urandom(300_000)]
    incident = making.contained()
    for keys, content in zip(([], KEYS[1:], KEYS), contents, strict=True):
        settings.FILES_KEYS = keys
        upload = making.upload(content, "answer.bin")
        evidence.add_file(incident, by=incident.declared_by, upload=upload, **making.about(title="Answer"))
    sequencing.advance()
    call_command("backup", tmp_path / "backup", stdout=StringIO())
    count = Evidence.objects.count()
    names = sorted(path.name for path in everything_in(settings.MEDIA_ROOT))
    assert len(names) == 3
    assert sorted({file.key_id for file in StoredFile.objects.all()}) == ["", "k1", "k2"]

    other = tmp_path / "other-machine"
    (outside := tmp_path / "checkpoint.txt").write_text(Checkpoint.objects.latest("size").note)
    said = restored(tmp_path / "backup", server.url, other, "--newest-checkpoint", str(outside))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Log and files are what was signed and stored" in said.stdout
    assert sorted(path.name for path in everything_in(str(other / "files"))) == names
    with psycopg.connect(server.url) as restored_database:
        assert restored_database.execute("SELECT count(*) FROM incidents_evidence").fetchone() == (count,)

    without = restored(tmp_path / "backup", server.url, other, "--files-only", FILES_KEYS="")
    assert without.returncode == 1
    assert "The key k2 this file is encrypted with is not configured" in without.stderr


def restored(
    folder: Path, url: str, var: Path, *options: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    keys = ",".join(f"{name}:{base64.b64encode(secret).decode()}" for name, secret in KEYS)
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(folder), *options],
        cwd=site.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOLDFAST_MODE": "local",
            "HOLDFAST_VAR": str(var),
            "DATABASE_URL": url,
            "FILES_KEYS": keys,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
