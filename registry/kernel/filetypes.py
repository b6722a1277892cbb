"""What a file is, judged by its first bytes, and whether its name says the same.

The signatures are the published magic numbers of each format. A name may promise less than the content is
(`.txt` for JSON, `.zip` for a document), never something else.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext_lazy as _

HEAD: Final = 64 * 1024
"""Bytes that are enough to judge by."""
UNKNOWN: Final = "application/octet-stream"
ZIP: Final = "application/zip"
TEXT: Final = "text/plain"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{_OFFICE}{kind}" for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
OFFICE: Final = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
"""Folder in the archive → what the archive is."""
PROGRAM: Final = "application/x-executable"

_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x7fELF", PROGRAM),
    (0, b"MZ", PROGRAM),
    (0, b"\xfe\xed\xfa\xce", PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"\x00asm", PROGRAM),
    (0, b"dex\n", PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (257, b"ustar", "application/x-tar"),
)

_BY_EXTENSION: Final[dict[str, frozenset[str]]] = {
    "pdf": frozenset({"application/pdf"}),
    "png": frozenset({"image/png"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    "wav": frozenset({"audio/wav"}),
    "mp4": frozenset({"video/mp4"}),
    "zip": frozenset({ZIP, DOCX, XLSX, PPTX}),
    "docx": frozenset({DOCX}),
    "xlsx": frozenset({XLSX}),
    "pptx": frozenset({PPTX}),
    "gz": frozenset({"application/gzip"}),
    "tgz": frozenset({"application/gzip"}),
    "bz2": frozenset({"application/x-bzip2"}),
    "xz": frozenset({"application/x-xz"}),
    "zst": frozenset({"application/zstd"}),
    "7z": frozenset({"application/x-7z-compressed"}),
    "rar": frozenset({"application/vnd.rar"}),
    "parquet": frozenset({"application/vnd.apache.parquet"}),
    "sqlite": frozenset({"application/vnd.sqlite3"}),
    "sqlite3": frozenset({"application/vnd.sqlite3"}),
    "doc": frozenset({"application/x-ole-storage"}),
    "xls": frozenset({"application/x-ole-storage"}),
    "msg": frozenset({"application/x-ole-storage"}),
    "tar": frozenset({"application/x-tar"}),
}
_TEXTUAL: Final = frozenset(
    {"txt", "text", "log", "md", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "html", "htm", "svg", "yaml", "yml"}
    | {"toml", "ini", "cfg", "conf", "eml", "py", "js", "ts", "sql", "sh"}
)
_FINER: Final = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/x-ndjson",
    "ndjson": "application/x-ndjson",
}
"""Text that cannot be told apart by its beginning: here the name decides."""
_WORDS: Final = {
    PROGRAM: _("a program"),
    ZIP: _("a ZIP archive"),
    DOCX: _("a text document"),
    XLSX: _("a spreadsheet"),
    PPTX: _("a presentation"),
    TEXT: _("text"),
    UNKNOWN: _("of no type that is known here"),
    "application/pdf": _("a PDF document"),
    "application/gzip": _("a gzip archive"),
    "application/json": _("JSON"),
    "application/xml": _("XML"),
    "text/html": _("HTML"),
    "application/vnd.apache.parquet": _("a Parquet table"),
    "application/vnd.sqlite3": _("an SQLite database"),
    "application/x-ole-storage": _("an older office document"),
}


@dataclass(frozen=True)
class Contradiction:
    """The extension of the name, and in words what the content is."""

    extension: str
    content: str


def detect(head: bytes, name: str = "") -> str:
    """Media type of a file that begins with `head` (its first `HEAD` bytes, or all of it)."""
    for offset, signature, media_type in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature and _holds(media_type, head):
            return media_type
    return _text_type(head, extension_of(name))


def contradiction(name: str, media_type: str) -> Contradiction | None:
    """How the extension of `name` and the content disagree, if they do. An unknown extension promises nothing."""
    extension = extension_of(name)
    promised = _BY_EXTENSION.get(extension)
    is_plain = media_type == UNKNOWN or is_text(media_type)
    honest = media_type in promised if promised is not None else extension not in _TEXTUAL or is_plain
    return None if honest else Contradiction(extension, in_words(media_type))


def is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in {
        "application/json",
        "application/xml",
        "application/x-ndjson",
    }


def in_words(media_type: str) -> str:
    return str(_WORDS.get(media_type, media_type))


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def clean_name(name: str, limit: int = 250) -> str:
    """The last part of `name` without anything that cannot be seen; shortened before its extension."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    if not seen:
        return "file"
    suffix = PurePosixPath(seen).suffix[:20]
    return seen if len(seen) <= limit else seen[: limit - len(suffix)] + suffix


def _holds(media_type: str, head: bytes) -> bool:
    """Two letters are weak evidence: what begins with MZ is a program only if it is not plain text."""
    if media_type == PROGRAM and head.startswith(b"MZ"):
        return not _reads_as_text(head)
    if media_type in {"image/webp", "audio/wav"}:
        return head.startswith(b"RIFF")
    return True


def _text_type(head: bytes, extension: str) -> str:
    if not _reads_as_text(head):
        return UNKNOWN
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if start.startswith((b"<?xml", b"<svg")):
        return "application/xml"
    if extension in _FINER:
        return _FINER[extension]
    return "application/json" if start.startswith((b"{", b"[")) else TEXT


def _reads_as_text(head: bytes) -> bool:
    """UTF-16 with its mark, UTF-8, or a single-byte encoding without control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(1 for byte in head if byte < 0x20 and byte not in b"\t\n\r\f\x1b")
    return controls == 0 or (b"\x00" not in head and controls * 200 < len(head))
