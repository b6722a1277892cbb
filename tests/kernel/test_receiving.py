"""Files are hashed while they arrive, and one that is too large leaves nothing behind."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadhandler import SkipFile
from django.http import HttpRequest
from django.test import RequestFactory

from registry.kernel.files import HashedUpload, HashingUploadHandler
from registry.kernel.storage import content as storage
from tests.stored import everything_in


def received(content: bytes, name: str = "log.csv") -> HttpRequest:
    return RequestFactory().post("/", {"file": ContentFile(content, name=name), "note": "n"})


def incoming(settings: Any) -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_the_hash_is_that_of_what_was_sent_over_many_pieces() -> None:
    content = b"0123456789abcdef" * 20_000
    upload = received(content).FILES["file"]
    assert isinstance(upload, HashedUpload)
    assert (upload.sha256, upload.size, upload.name) == (hashlib.sha256(content).hexdigest(), len(content), "log.csv")
    assert Path(upload.temporary_file_path()).read_bytes() == content
    upload.close()


def test_one_byte_too_many_is_no_file_and_leaves_nothing(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 1000
    request = received(b"x" * 1001)
    assert "file" not in request.FILES
    assert request.too_large == "log.csv"  # type: ignore[attr-defined]
    assert request.POST["note"] == "n"
    assert incoming(settings) == []


def test_exactly_the_limit_is_taken(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 1000
    upload = received(b"x" * 1000).FILES["file"]
    assert isinstance(upload, HashedUpload)
    assert upload.size == 1000


def test_memory_does_not_hold_the_file(settings: Any) -> None:
    handler = HashingUploadHandler(RequestFactory().post("/"))
    handler.new_file("file", "big.bin", "application/octet-stream", None)
    for start in range(4):
        assert handler.receive_data_chunk(b"x" * 100, start * 100) is None  # type: ignore[func-returns-value]
    handler.upload_interrupted()
    assert incoming(settings) == []


def test_the_cut_comes_while_receiving_and_not_after(settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 150
    handler = HashingUploadHandler(RequestFactory().post("/"))
    handler.new_file("file", "big.bin", "application/octet-stream", None)
    handler.receive_data_chunk(b"x" * 100, 0)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"x" * 100, 100)


def test_an_equal_file_is_stored_once(settings: Any) -> None:
    digest = hashlib.sha256(b"same").hexdigest()
    for number in range(2):
        source = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"upload-{number}"
        source.write_bytes(b"same")
        assert storage.take(source, digest) == ""
        assert not source.exists()
    assert [path.read_bytes() for path in everything_in(settings.MEDIA_ROOT)] == [b"same"]
