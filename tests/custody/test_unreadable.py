"""Stored files that cannot be read: they stop nobody, are tried again, and are told of once they stay so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import prometheus_client
import pytest
from django.utils import timezone

from incidents.models import Evidence
from incidents.services.damage import Alarm
from registry.kernel.files import keep_bytes
from registry.kernel.storage import checking
from registry.kernel.storage.base import StorageProblem
from registry.models import AuditEntry, Notice, StoredFile
from tests import people, stored
from tests.custody.conftest import KEYS
from tests.custody.test_pages import added, seen, sent

pytestmark = pytest.mark.django_db


def kept(data: bytes) -> StoredFile:
    return keep_bytes(data, media_type="text/plain", at=timezone.now())


def again(file: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=file.pk)


def bad_sector(file: StoredFile) -> None:
    """What lies there opens, and reading it ends in an input/output error."""
    path = stored.path_of(file)
    path.unlink()
    path.symlink_to("/proc/self/mem")


def directory(file: StoredFile) -> None:
    path = stored.path_of(file)
    path.unlink()
    path.mkdir()


def swept(minutes: float = 0) -> checking.Sweep:
    return checking.sweep(Alarm(), clock=lambda: timezone.now() + timedelta(minutes=minutes))


def swept_often() -> None:
    for attempt in range(checking.ATTEMPTS):
        swept(attempt * 20)


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind="CUSTODY").order_by("pk"))


@pytest.mark.parametrize("spoil", [bad_sector, directory])
def test_what_cannot_be_read_is_a_sentence_and_no_bare_error(spoil: Callable[[StoredFile], None]) -> None:
    file = kept(b"words")
    spoil(file)
    for read in (file.read_bytes, file.digest):
        with pytest.raises(StorageProblem, match="cannot be kept or read"):
            read()


@pytest.mark.parametrize("spoil", [bad_sector, directory])
def test_one_unreadable_file_does_not_stop_the_check_of_the_others(spoil: Callable[[StoredFile], None]) -> None:
    bad, sound = kept(b"words"), kept(b"others")
    spoil(bad)
    assert len(swept().findings) == 1
    assert again(sound).condition == "SOUND"
    assert again(bad).checked_at is None
    assert swept(5).examined == 0  # not at every run
    assert swept(20).examined == 1


def test_a_file_that_stays_unreadable_is_told_of_once_and_counted() -> None:
    staff = [people.risk(), people.auditor(), people.administrator()]
    piece = added()
    assert piece.file is not None
    bad_sector(piece.file)
    for attempt in range(checking.ATTEMPTS - 1):
        swept(attempt * 20)
    assert notices() == []
    for attempt in range(checking.ATTEMPTS, checking.ATTEMPTS + 3):
        swept(attempt * 20)
    assert again(piece.file).condition == "UNREADABLE"
    assert sorted(notice.recipient_id for notice in notices()) == sorted(person.pk for person in staff)
    assert "cannot be read" in notices()[0].subject
    assert "Input/output error" in notices()[0].body
    assert AuditEntry.objects.filter(event="FILE_UNREADABLE").count() == 1
    assert Evidence.objects.get().custody == "UNCHECKED"
    assert "holdfast_files_unreadable 1.0" in prometheus_client.generate_latest().decode()


def test_many_unreadable_files_are_one_notice_for_each_person() -> None:
    people.risk()
    files = [kept(bytes([65 + n])) for n in range(5)]
    for file in files:
        directory(file)
    swept_often()
    assert StoredFile.objects.filter(condition="UNREADABLE").count() == 5
    assert len(notices()) == 1


def test_a_file_that_reads_again_is_cleared_and_that_is_told(settings: Any) -> None:
    people.risk()
    settings.FILES_KEYS = KEYS
    file = kept(b"words")
    settings.FILES_KEYS = []
    swept_often()
    assert again(file).condition == "UNREADABLE"
    settings.FILES_KEYS = KEYS
    assert swept(120).findings == []
    assert (again(file).condition, again(file).failures) == ("SOUND", 0)
    assert AuditEntry.objects.filter(event="FILE_SOUND_AGAIN").count() == 1
    assert [notice.subject for notice in notices()] == [
        "A stored file cannot be read",
        "A stored file is as it was again",
    ]


def test_a_file_known_to_be_altered_stays_so_while_it_cannot_be_read() -> None:
    file = kept(b"words")
    stored.damage(file, b"other")
    swept()
    bad_sector(file)
    for attempt in range(checking.ATTEMPTS + 1):
        swept(1500 + attempt * 20)
    assert again(file).condition == "ALTERED"


def test_another_key_id_in_the_file_is_an_alteration_and_no_missing_key(settings: Any) -> None:
    settings.FILES_KEYS = KEYS
    file = kept(b"words")
    path = stored.path_of(file)
    stored.damage(file, path.read_bytes().replace(b"k2", b"k9", 1))
    assert file.digest() not in ("", file.sha256)
    swept()
    assert again(file).condition == "ALTERED"


def test_the_ledger_page_shows_what_stands_after_later_runs_found_nothing() -> None:
    bad = kept(b"words")
    stored.damage(bad, b"other")
    swept()
    kept(b"sound")
    swept()
    page = seen(people.auditor(), "ledger")
    assert bad.sha256 in page
    assert "Altered" in page


def test_a_download_of_what_cannot_be_read_is_a_503_in_words() -> None:
    piece = added()
    assert piece.file is not None
    directory(piece.file)
    answer = sent(people.risk(), "evidence-download", piece.pk)
    assert answer.status_code == 503
    assert "Is a directory" in answer.content.decode()
