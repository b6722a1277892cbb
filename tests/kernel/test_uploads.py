"""Taking files in: judged by their content, refused in words, kept byte for byte."""

import hashlib
import io
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel import archives
from registry.kernel.files import HashedUpload
from registry.kernel.filetypes import HEAD, UNKNOWN, clean_name, detect
from registry.kernel.uploads import check

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PROGRAMS = {
    "ELF": b"\x7fELF" + bytes(60),
    "PE": b"MZ\x90\x00\x03" + bytes(60),
    "Mach-O": b"\xcf\xfa\xed\xfe" + bytes(60),
}


def upload(content: bytes, name: str) -> HashedUpload:
    sink = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
    sink.write(content)
    return HashedUpload(sink, name, "", len(content), hashlib.sha256(content).hexdigest())


def zipped(contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(ValidationError) as caught:
        check(upload(content, name))
    return str(caught.value.messages[0])


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "report.pdf", "application/pdf"),
        (PNG, "shot.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "photo.jpeg", "image/jpeg"),
        (b"GIF89a" + bytes(9), "moving.gif", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "shot.webp", "image/webp"),
        (b"\x1f\x8b\x08" + bytes(20), "logs.tar.gz", "application/gzip"),
        (b"PAR1" + bytes(20), "rows.parquet", "application/vnd.apache.parquet"),
        (b"SQLite format 3\x00" + bytes(20), "state.db", "application/vnd.sqlite3"),
        (b'{"a": 1}', "trace.json", "application/json"),
        (b'{"a": 1}', "trace.txt", "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "trace.jsonl", "application/x-ndjson"),
        (b"a;b\n1;2\n", "rows.csv", "text/csv"),
        (b"<?xml version='1.0'?><a/>", "feed.xml", "application/xml"),
        (b"<!DOCTYPE html><p>", "page.html", "text/html"),
        ("Größe".encode("cp1252"), "old.log", "text/plain"),
        ("Größe".encode("utf-16"), "wide.txt", "text/plain"),
        (b"MZ is how this note begins", "note.txt", "text/plain"),
        (bytes(range(256)), "weights.bin", UNKNOWN),
        (b"words", "no-extension", "text/plain"),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, name: str, media_type: str) -> None:
    assert check(upload(content, name)).media_type == media_type


def test_documents_are_told_from_plain_archives() -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    assert check(upload(zipped(parts), "letter.docx")).media_type.endswith("wordprocessingml.document")
    assert check(upload(zipped({"a.txt": b"a"}), "logs.zip")).media_type == "application/zip"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\x7fELF" + bytes(60), "shot.png", "named .png but its content is a program"),
        (b"%PDF-1.7\n", "shot.png", "named .png but its content is a PDF document"),
        (PNG, "notes.txt", "named .txt but its content is image/png"),
        (bytes(range(256)), "report.pdf", "named .pdf but its content is of no type"),
        (zipped({"a.txt": b"a"}), "letter.docx", "named .docx but its content is a ZIP archive"),
        (b"words", "rows.xlsx", "named .xlsx but its content is text"),
    ],
)
def test_a_name_that_says_something_else_is_refused(content: bytes, name: str, words: str) -> None:
    assert words in refusal(content, name)


@pytest.mark.parametrize("kind", PROGRAMS)
def test_programs_are_refused_under_any_name(kind: str) -> None:
    assert "is a program" in refusal(PROGRAMS[kind], "tool")


def test_empty_and_too_large_files_are_refused(settings: Any) -> None:
    assert "empty" in refusal(b"", "log.txt")
    settings.EVIDENCE_MAX_BYTES = 4
    assert "larger than 4" in refusal(b"12345", "log.txt")


def test_an_archive_that_unpacks_to_far_more_is_refused() -> None:
    assert "200 times its size" in refusal(zipped({"zeros": bytes(4 * 1024**2)}), "logs.zip")


def test_a_small_repetitive_archive_is_no_bomb() -> None:
    assert check(upload(zipped({"zeros": bytes(500_000)}), "logs.zip"))


def test_an_archive_that_claims_too_much_is_refused_without_unpacking() -> None:
    content = bytearray(zipped({"a": b"a"}))
    entry = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 0xFFFFFFF0)
    doubled = [zipfile.ZipInfo() for _entry in range(4)]
    for info in doubled:
        info.file_size = 0xFFFFFFF0
    assert "GiB" in next(archives._problems(doubled, 2 * 1024**3))
    assert "times its size" in refusal(bytes(content), "logs.zip")


def test_an_archive_with_a_key_is_refused() -> None:
    content = bytearray(zipped({"a": b"a"}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(bytes(content), "logs.zip")


def test_archives_within_archives_are_counted() -> None:
    assert "further archives" in refusal(zipped({f"{n}.zip": b"PK" for n in range(51)}), "logs.zip")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + bytes(40), zipped({"a": b"a" * 99})[:-10], b"PK\x05\x06"],
    ids=["no list of contents", "cut off", "only an end"],
)
def test_an_archive_that_cannot_be_read_is_refused(content: bytes) -> None:
    assert "cannot be read" in refusal(content, "logs.zip")


def test_a_list_of_contents_that_is_itself_a_bomb_is_not_read() -> None:
    content = bytearray(zipped({"a": b"a"}))
    struct.pack_into("<I", content, content.rfind(b"PK\x05\x06") + 12, 0xFFFFFF00)
    assert "more than" in refusal(bytes(content), "logs.zip")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\log.txt", "log.txt"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("invoice\u202efdp.exe.txt", "invoicefdp.exe.txt"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".json", "x" * 245 + ".json"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_fits(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= 250
    assert "/" not in kept


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_content_has_a_type(content: bytes, name: str) -> None:
    assert detect(content[:HEAD], name)


@given(st.binary(max_size=300))
def test_anything_may_claim_to_be_an_archive(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"PK\x03\x04" + content)
        file.flush()
        assert archives.look_into(Path(file.name)) is not None
