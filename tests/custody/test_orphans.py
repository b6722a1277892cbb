"""Content without a place in the record goes after some days, and nothing else does."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from incidents.tasks import clear_unclaimed
from registry.kernel.documents import aside, making, parts
from registry.kernel.files import keep_bytes
from registry.kernel.storage import checking, content, orphans
from registry.kernel.storage.removal import let_go, remove_marked
from registry.models import AuditEntry, DocumentPart, StoredFile
from tests import people
from tests.custody.test_pages import added
from tests.stored import everything_in

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7, minutes=1)
LOST = "ab" * 32


def kept(data: bytes) -> StoredFile:
    return keep_bytes(data, media_type="text/plain", at=timezone.now())


def cleared(days: timedelta = WEEK) -> int:
    count = orphans.clear(at=timezone.now() + days)
    remove_marked(at=timezone.now() + days)
    return count


@pytest.mark.parametrize("name", [LOST, f"{LOST}.k1"])
def test_bytes_without_a_row_go_after_a_week_and_that_is_entered(kept_in: str, name: str) -> None:
    content.store().put(name, iter([b"left"]), 4)
    assert cleared(timedelta(days=6)) == 0
    assert cleared() == 1
    assert not content.store().has(name)
    assert AuditEntry.objects.get(event="FILE_UNCLAIMED").detail["sha256"] == LOST


def test_what_is_not_named_as_ours_is_left_alone(kept_in: str) -> None:
    content.store().put("ab-notes.txt", iter([b"notes"]), 5)
    assert cleared() == 0
    assert content.store().has("ab-notes.txt")


def test_evidence_stays_and_a_row_that_nothing_points_to_goes() -> None:
    piece, lost = added(), kept(b"brought for nothing")
    assert cleared() == 1
    assert piece.file is not None
    assert piece.file.read_bytes() == b"plain words\n"
    assert StoredFile.objects.get(pk=lost.pk).condition == "REMOVED"
    assert not content.store().has(lost.sha256)


def test_disposed_content_that_came_again_and_was_not_kept_goes_too() -> None:
    stored = kept(b"words")
    StoredFile.objects.update(condition="REMOVED", removed_at=timezone.now())
    assert content.store().has(stored.sha256)  # as after a kill between the bytes and their row
    assert cleared() == 1
    assert not content.store().has(stored.sha256)


def test_nothing_goes_when_that_is_switched_off(settings: Any) -> None:
    settings.FILES_ORPHAN_DAYS = 0
    kept(b"words")
    assert cleared() == 0


def frozen_pack() -> Any:
    now = timezone.now()

    def build(number: str, version: int) -> dict[str, Any]:
        with aside.opened() as lying:
            volume = lying.volume(1, {"lines": []}, template="documents/inventory.html")
            files = [lying.file("README.txt", b"read me", media_type="text/plain")]
            assert list(lying.keep(at=now)) == [1, 2]
        return {"archive": {"about": {}, "volumes": [volume], "files": files, "entries": [], "checkpoint": None}}

    return making.freeze(
        kind="audit-pack", series="AP-2026", title="Pack", template="", subject=None, build=build, by=people.auditor(),
        at=now,
    )  # fmt: skip


def test_the_parts_of_a_pack_are_needed_like_the_pack() -> None:
    document = frozen_pack()
    record = json.loads(document.read_record())
    named = [part["sha256"] for kind in ("volumes", "files") for part in record["archive"][kind]]
    assert len(named) == 2
    assert cleared() == 0
    for part in StoredFile.objects.filter(sha256__in=named):
        assert not let_go(part, released=StoredFile.objects.none())


def test_packs_of_earlier_versions_get_their_parts_before_anything_goes() -> None:
    frozen_pack()
    DocumentPart.objects.all().delete()
    clear_unclaimed.run()
    assert DocumentPart.objects.count() == 2


def test_while_a_pack_cannot_be_read_nothing_goes(settings: Any) -> None:
    document = frozen_pack()
    DocumentPart.objects.all().delete()
    content.remove(document.record_sha256, "")
    assert parts.enter_missing() is False
    StoredFile.objects.update(stored_at=timezone.now() - WEEK)
    clear_unclaimed.run()
    assert not StoredFile.objects.filter(condition="REMOVED").exists()


def test_folders_of_packs_that_were_never_finished_are_cleared(settings: Any) -> None:
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"making-{LOST}"
    folder.mkdir()
    (folder / "volume-001.pdf").write_bytes(b"%PDF")
    assert checking.clear_abandoned(timezone.now()) == 0
    assert checking.clear_abandoned(timezone.now() + timedelta(days=2)) == 1
    assert everything_in(settings.FILE_UPLOAD_TEMP_DIR) == []
    assert not folder.exists()
