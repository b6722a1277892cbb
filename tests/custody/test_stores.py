"""The same promises on disk and in a bucket, plain and encrypted: once, whole, never written over."""

import errno
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from registry.kernel.files import StoredFile, keep_bytes
from registry.kernel.storage import checking, content, s3
from registry.kernel.storage.base import ContentAltered, ContentMissing, KeyMissing, StorageProblem, StoreFull
from tests.custody.conftest import KEYS
from tests.stored import damage, everything_in, path_of

pytestmark = pytest.mark.django_db

BIG = os.urandom(1024) * 9 * 1024  # more than a part of an upload


def kept(data: bytes) -> StoredFile:
    return keep_bytes(data, media_type="application/octet-stream", at=timezone.now())


@pytest.mark.parametrize("data", [b"", b"words", BIG], ids=["empty", "small", "in parts"])
def test_content_comes_back_as_it_was(kept_in: str, kept_as: str, data: bytes) -> None:
    stored = kept(data)
    assert stored.read_bytes() == data
    assert stored.digest() == stored.sha256 == hashlib.sha256(data).hexdigest()
    assert stored.key_id == ("k2" if kept_as == "encrypted" else "")


def test_content_that_lies_there_already_is_left_alone(kept_in: str, kept_as: str) -> None:
    stored = kept(b"words")
    name = content.name_of(stored.sha256, stored.key_id)
    assert content.store().put(name, iter([b"other"]), 5) is False
    assert kept(b"words") == stored
    assert stored.read_bytes() == b"words"


def test_removed_content_is_gone_and_says_so(kept_in: str, kept_as: str) -> None:
    stored = kept(b"words")
    content.remove(stored.sha256, stored.key_id)
    content.remove(stored.sha256, stored.key_id)
    assert stored.digest() == ""
    with pytest.raises(ContentMissing):
        stored.open()


def test_what_was_put_by_another_key_is_found_although_the_record_does_not_know_it(kept_in: str, settings: Any) -> None:
    settings.FILES_KEYS = KEYS
    stored = kept(b"words")
    stored.key_id = ""
    assert stored.read_bytes() == b"words"


def test_without_its_key_nothing_breaks_and_the_key_is_named(kept_in: str, settings: Any) -> None:
    settings.FILES_KEYS = KEYS
    stored = kept(b"words")
    settings.FILES_KEYS = KEYS[1:]
    for read in (stored.open, stored.digest):
        with pytest.raises(KeyMissing, match="The key k2"):
            read()


def test_altered_content_is_not_handed_out(settings: Any, kept_as: str) -> None:
    stored = kept(b"words")
    damage(stored, b"other")
    with pytest.raises(ContentAltered):
        stored.open()
    assert stored.digest() not in ("", stored.sha256)


def test_of_a_long_file_the_last_piece_is_kept_back_when_it_was_altered(kept_as: str) -> None:
    stored = kept(BIG)
    spoiled = bytearray(path_of(stored).read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    damage(stored, bytes(spoiled))
    handed_out: list[bytes] = []
    with stored.open() as stream, pytest.raises(ContentAltered):
        handed_out.extend(iter(lambda: stream.read(64 * 1024), b""))
    assert sum(map(len, handed_out)) < len(BIG)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(monkeypatch: Any, settings: Any, kept_as: str) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("registry.kernel.storage.disk.os.fsync", full)
    with pytest.raises(StoreFull, match="no room left") as caught:
        kept(b"words")
    assert caught.value.status == 507
    assert not StoredFile.objects.exists()
    assert [path for path in everything_in(settings.MEDIA_ROOT) if path.is_file()] == []


def test_a_file_from_another_file_system_is_copied(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr("registry.kernel.storage.disk.DiskStore._is_near", lambda *_given: False)
    assert kept(b"words").read_bytes() == b"words"
    assert len(everything_in(settings.MEDIA_ROOT)) == 1


def test_a_file_system_without_links_is_good_enough(monkeypatch: Any) -> None:
    def refused(*_paths: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("registry.kernel.storage.disk.os.link", refused)
    assert kept(b"words").read_bytes() == b"words"


def test_a_bucket_that_is_away_is_a_sentence(settings: Any, monkeypatch: Any) -> None:
    settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT, settings.FILES_S3_REGION = "b", "http://127.0.0.1:9", "eu"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(StorageProblem, match="cannot be reached") as caught:
        kept(b"words")
    assert caught.value.status == 503


def test_two_who_write_one_object_at_once_leave_the_first(bucket: Any, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(s3.BucketStore, "has", lambda *_given: False)  # both looked before either wrote
    assert content.store().put("ab", iter([b"first"]), 5) is True
    assert content.store().put("ab", iter([b"other"]), 5) is False
    assert content.store().open("ab").read() == b"first"


def test_an_upload_in_parts_that_fails_leaves_no_parts(bucket: Any, settings: Any) -> None:
    def breaks() -> Any:
        yield BIG
        raise StorageProblem("cut")

    with pytest.raises(StorageProblem, match="cut"):
        content.store().put("ab", breaks(), 2 * len(BIG))
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket=settings.FILES_S3_BUCKET)
    assert not content.store().has("ab")


def test_what_interrupted_writing_left_is_cleared_after_a_day(settings: Any) -> None:
    now = timezone.now()
    aside = Path(settings.MEDIA_ROOT) / ".incoming"
    aside.mkdir(parents=True)
    (aside / "tmp1").write_bytes(b"half")
    (Path(settings.FILE_UPLOAD_TEMP_DIR) / "tmp2").write_bytes(b"half")
    assert checking.clear_abandoned(now) == 0
    assert checking.clear_abandoned(now + timedelta(days=2)) == 2


def test_parts_that_nobody_completed_are_cleared_from_the_bucket(bucket: Any, settings: Any) -> None:
    bucket.create_multipart_upload(Bucket=settings.FILES_S3_BUCKET, Key="evidence/ab/ab")
    bucket.create_multipart_upload(Bucket=settings.FILES_S3_BUCKET, Key="of somebody else")
    assert checking.clear_abandoned(timezone.now() + timedelta(days=2)) == 1
    (left,) = bucket.list_multipart_uploads(Bucket=settings.FILES_S3_BUCKET)["Uploads"]
    assert left["Key"] == "of somebody else"
