"""Bytes on their way into or out of the store keep nobody from acting; a kill on the way leaves nothing for good."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from incidents.models import ContainmentAction, Evidence
from incidents.services import containment, evidence
from registry.kernel.files import keep_bytes
from registry.kernel.storage import content, orphans
from registry.models import AuditEntry, StoredFile
from reviews.models import ActionItem
from reviews.services import actions
from tests import people, shipped
from tests.incidents import making
from tests.incidents.making import after
from tests.processes.conftest import database_url, wait_until
from tests.reviews import making as to_do
from tests.stored import everything_in

pytestmark = pytest.mark.django_db(transaction=True)

BRINGS = """
import os, pathlib, sys, time
import django; django.setup(set_prefix=False)
from django.utils import timezone
from registry.kernel import files
taken = files.content.take
def take(*given):
    name = taken(*given)
    pathlib.Path(sys.argv[1]).touch()
    time.sleep(600)
    return name
files.content.take = take
files.keep_bytes(b"killed on the way", media_type="text/plain", at=timezone.now())
"""


@contextmanager
def held_up(monkeypatch: pytest.MonkeyPatch, name: str, work: Callable[[], object]) -> Iterator[None]:
    """`work` runs beside and stands still within `content.<name>` for the time of the block."""
    is_there, may_go = Event(), Event()
    original = getattr(content, name)

    def slow(*given: Any) -> Any:
        is_there.set()
        may_go.wait(60)
        return original(*given)

    def beside() -> None:
        try:
            work()
        finally:
            connection.close()

    monkeypatch.setattr(content, name, slow)
    thread = Thread(target=beside)
    thread.start()
    try:
        assert is_there.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        yield
    finally:
        may_go.set()
        thread.join(60)
        monkeypatch.undo()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def pulled(incident: Any) -> ContainmentAction:
    return making.executed(incident, incident.declared_by)


@pytest.mark.parametrize("is_known", [False, True], ids=["new content", "content that is missing"])
def test_the_kill_switch_does_not_wait_for_an_upload(monkeypatch: pytest.MonkeyPatch, is_known: bool) -> None:
    shipped.restore()
    incident, upload = making.declared(), making.upload(b"two gigabytes")
    if is_known:
        stored = keep_bytes(b"two gigabytes", media_type="text/plain", at=timezone.now())
        content.remove(stored.sha256, "")
    about = making.about()
    with held_up(
        monkeypatch,
        "take",
        lambda: evidence.add_file(incident, by=incident.declared_by, upload=upload, **about),
    ):
        action = pulled(incident)
        containment.confirm(action, by=incident.declared_by, at=after(10), proof="It stands still.")
        assert not Evidence.objects.exists()
    assert Evidence.objects.get().incident == incident


def test_an_action_item_does_not_wait_for_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped.restore()
    item, upload = to_do.action(), making.upload(b"a film of the test")
    proof: dict[str, Any] = {"proof": "Filmed.", "upload": upload}
    with held_up(monkeypatch, "take", lambda: actions.claim_done(item, by=people.owner(), at=timezone.now(), **proof)):
        assert actions.start(item, by=people.owner(), at=timezone.now()).state == ActionItem.State.IN_PROGRESS
    item.refresh_from_db()
    assert item.state == ActionItem.State.DONE_CLAIMED


def test_the_kill_switch_does_not_wait_for_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped.restore()
    incident = making.declared()
    piece = evidence.add_file(incident, by=incident.declared_by, upload=making.upload(), **making.about())
    reader = people.risk()
    with held_up(
        monkeypatch, "open_content", lambda: evidence.open_for_reading(piece, by=reader, at=after(30)).close()
    ):
        assert pulled(incident).pk


def test_bytes_whose_bringer_was_killed_before_their_row_are_found_and_go(tmp_path: Path, settings: Any) -> None:
    shipped.restore()
    site = tmp_path / "site"
    settings.MEDIA_ROOT, mark = str(site / "files"), tmp_path / "taken"
    process = brought(site, mark)
    try:
        wait_until(mark.exists)
        assert orphans.clear(at=timezone.now() + timedelta(days=8)) == 0  # it is on its way
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    assert not StoredFile.objects.exists()
    (lost,) = everything_in(settings.MEDIA_ROOT)
    wait_until(lambda: orphans.clear(at=timezone.now() + timedelta(days=8)))  # once the server has seen the line break
    assert not lost.exists()
    assert AuditEntry.objects.get(event="FILE_UNCLAIMED").detail == {"sha256": lost.name}


def brought(site: Path, mark: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", BRINGS, str(mark)],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOLDFAST_MODE": "local",
            "HOLDFAST_VAR": str(site),
            "DATABASE_URL": database_url(),
        },
        stdout=subprocess.DEVNULL,
    )
