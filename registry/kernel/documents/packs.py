"""Documents of many files: volumes printed and signed one after the other, then an archive with a manifest of all.

The frozen record of such a document has a part `archive` that names everything in it by hash, so that nothing
but the record, the sealed entries it names and who signs decides a byte of the archive:

- `volumes`: name, template and hash of the record each volume is printed from;
- `files`: name and hash of files that were written when the record was gathered (see `aside`);
- `entries`: place, number and leaf hash of ledger entries, handed out as they were sealed, each with its proof;
- `checkpoint`: size and signed note the proofs lead to, or nothing where there are no entries;
- `about`: what the manifest shall say beside.

Each volume is a report for itself, with its record, its proofs and its signature. Volumes that are signed are kept
in a folder until the archive is whole. Whoever is stopped and goes on, or takes over, prints only the rest.
"""

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings

from registry.kernel.audit.models import AuditEntry
from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.printing import print_apart
from registry.kernel.files import StoredFile, digest_on_disk, keep
from registry.kernel.ledger import merkle
from registry.kernel.ledger.proving import PROOF
from registry.kernel.ledger.tiles import Reader

ZIP = "application/zip"
PRINTED = 90
"""Percent of the work that is done when the last volume is printed."""
AT_ONCE = 500
"""Entries read in one statement."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Press:
    """What making needs beside the record: proofs for the record of a volume, a signature under what was printed."""

    number: str
    sha256: str
    made_at: datetime
    proofs_of: Callable[[bytes], bytes]
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Signed:
    """A volume as it lies in the archive; `unsigned_sha256` is of what comes out the same when it is printed again."""

    sha256: str
    unsigned_sha256: str


def is_archive(record: Mapping[str, Any]) -> bool:
    return "archive" in record


def make(
    record: Mapping[str, Any],
    press: Press,
    *,
    at: datetime,
    tell: Tell = lambda percent: None,
    besides: Mapping[str, bytes] | None = None,
) -> tuple[StoredFile, list[Signed]]:
    """Print and sign what is not there yet, write the archive, store it.

    `besides` are files that follow from when the archive is made, such as the proof that the record was sealed.
    `tell` hears the percentage while volumes are printed.
    """
    folder = _folder(press.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    parts: Mapping[str, Any] = record["archive"]
    volumes: dict[str, Path] = {}
    total = len(parts["volumes"])
    for done, volume in enumerate(parts["volumes"]):
        part = partial(_told, tell, done, total)
        volumes[volume["name"]] = _lying(volume, folder) or _print(volume, folder, press, tell=part)
        part(100)
    signed = [Signed(digest_on_disk(path), path.suffixes[-2][1:]) for path in volumes.values()]
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as sink:
        whole = Path(sink.name)
        with ZipFile(sink, "w") as archive:
            writer = _Writer(archive, press.made_at)
            _fill(writer, record, volumes, besides or {})
            writer.add("manifest.json", _manifest(writer, record, press))
    stored = keep(whole, digest_on_disk(whole), size=whole.stat().st_size, media_type=ZIP, at=at)
    shutil.rmtree(folder, ignore_errors=True)
    return stored, signed


def _told(tell: Tell, done: int, total: int, percent: int) -> None:
    """`percent` of the volume after those that are done."""
    tell(PRINTED * (100 * done + percent) // (100 * total))


def _folder(sha256: str) -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR) / f"making-{sha256}"


def _lying(volume: Mapping[str, str], folder: Path) -> Path | None:
    """What was printed and signed before. Its name holds the hash it had before it was signed."""
    return next(folder.glob(f"{Path(volume['name']).stem}.*.pdf"), None)


def _print(volume: Mapping[str, str], folder: Path, press: Press, *, tell: Tell) -> Path:
    """A name is given only to what was written in full."""
    frozen = _stored(volume["sha256"])
    unsigned = print_apart(
        volume["template"],
        frozen,
        number=press.number,
        sha256=volume["sha256"],
        made_at=press.made_at,
        proofs=press.proofs_of(frozen),
        code=code_of(press.sha256),
        tell=tell,
    )
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as sink:
        sink.write(press.sign(unsigned))
    name = f"{Path(volume['name']).stem}.{hashlib.sha256(unsigned).hexdigest()}.pdf"
    return Path(sink.name).replace(folder / name)


def _stored(sha256: str) -> bytes:
    return StoredFile.objects.get(sha256=sha256).read_bytes()


@dataclass
class _Writer:
    """Adds files to an archive in a way that depends on nothing but their content, and keeps count of them."""

    archive: ZipFile
    made_at: datetime
    tree: Reader = field(default_factory=Reader)
    files: list[dict[str, Any]] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    altered: list[int] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        self.archive.writestr(self._entry(name, ZIP_DEFLATED), content)
        self._count(name, hashlib.sha256(content).hexdigest(), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Copied in pieces and not compressed again."""
        entry = self._entry(name, ZIP_STORED)
        entry.file_size = path.stat().st_size
        with path.open("rb") as source, self.archive.open(entry, "w") as sink:
            shutil.copyfileobj(source, sink)
        self._count(name, digest_on_disk(path), entry.file_size)

    def _entry(self, name: str, compression: int) -> ZipInfo:
        entry = ZipInfo(name, self.made_at.astimezone(UTC).timetuple()[:6])
        entry.compress_type, entry.create_system, entry.external_attr = compression, 3, 0o644 << 16
        return entry

    def _count(self, name: str, sha256: str, size: int) -> None:
        self.files.append({"name": name, "sha256": sha256, "size": size})


def _fill(
    writer: _Writer, record: Mapping[str, Any], volumes: Mapping[str, Path], besides: Mapping[str, bytes]
) -> None:
    parts: Mapping[str, Any] = record["archive"]
    for file in parts["files"]:
        writer.add(file["name"], _stored(file["sha256"]))
    writer.add("record.json", canonical(record))
    for name in sorted(besides):
        writer.add(name, besides[name])
    for name, path in volumes.items():
        writer.add_file(name, path)
    if parts["checkpoint"] is not None:
        writer.add("checkpoint", parts["checkpoint"]["note"].encode())
        entries: Sequence[Mapping[str, Any]] = parts["entries"]
        for start in range(0, len(entries), AT_ONCE):
            _add_entries(writer, entries[start : start + AT_ONCE], parts["checkpoint"])


def _add_entries(writer: _Writer, entries: Sequence[Mapping[str, Any]], checkpoint: Mapping[str, Any]) -> None:
    """Payloads as they lie in the database. One that no longer has its hash is handed out and named: hiding it
    would help whoever changed it.
    """
    found = dict(AuditEntry.objects.filter(pk__in=[entry["id"] for entry in entries]).values_list("pk", "payload"))
    for entry in entries:
        index, payload = entry["index"], found.get(entry["id"])
        if payload is None:
            writer.erased.append(index)
        else:
            content = bytes(payload)
            if hashlib.sha256(b"\x00" + content).hexdigest() != entry["leaf_hash"]:
                writer.altered.append(index)
            writer.add(f"entries/{index}.json", content)
        writer.add(f"proofs/{index}.tlog-proof", _proof(index, checkpoint, writer.tree))


def _proof(index: int, checkpoint: Mapping[str, Any], tree: Reader) -> bytes:
    path = merkle.inclusion(index, checkpoint["size"], tree.root)
    lines = [PROOF, f"index {index}", *(base64.b64encode(step).decode() for step in path)]
    return ("\n".join(lines) + "\n\n" + str(checkpoint["note"])).encode()


def _manifest(writer: _Writer, record: Mapping[str, Any], press: Press) -> bytes:
    return canonical(
        {
            "document": press.number,
            "record_sha256": press.sha256,
            "made_at": press.made_at,
            "about": record["archive"]["about"],
            "files": writer.files,
            "erased": writer.erased,
            "altered": writer.altered,
        }
    )
