"""Making a backup: the database in one view, then every file that view refers to, then a manifest over both.

In this order nothing is missing: files are never changed, and one that is added later is not in that view. Keys are
not part of it: whoever finds the backup can neither read encrypted files nor sign.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry.kernel.backup.programs import BackupProblem, run, server_version
from registry.kernel.files import StoredFile
from registry.kernel.ledger.proving import latest
from registry.kernel.storage import content
from registry.kernel.storage.base import PIECE, ContentAltered, KeyMissing, StorageProblem

DATABASE, FILES, LIST, MANIFEST = "database.dump", "files", "files.jsonl", "manifest.json"
Say = Callable[[str], None]


@dataclass
class Made:
    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    """Copied as it lies there, encrypted with a key that is not configured here."""
    manifest: dict[str, Any] = field(default_factory=dict)


def back_up(folder: Path, *, at: datetime, say: Say) -> Made:
    """Into an empty folder; the manifest comes last, so that a folder without one is no backup."""
    with _written():
        folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupProblem(_("The folder is not empty. A backup goes into a folder of its own."))
    made = Made()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone() or ("",)
        say(_("Database …"))
        run("pg_dump", ["--format=custom", f"--snapshot={snapshot}", f"--file={folder / DATABASE}"])
        say(_("Files …"))
        _copy_files(folder, made)
        checkpoint = latest()
    made.manifest = {
        "v": 1,
        "made_at": at.isoformat(),
        "database": {"file": DATABASE, **fingerprint(folder / DATABASE), "server": server_version()},
        "files": {"list": LIST, **fingerprint(folder / LIST), **_counted(made)},
        "checkpoint": checkpoint.note if checkpoint else "",
        "keys": "not included",
    }
    with _written():
        text = json.dumps(made.manifest, indent=2, ensure_ascii=False) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    return made


def _counted(made: Made) -> dict[str, Any]:
    return {"count": made.files, "missing": made.missing, "damaged": made.damaged, "unproven": made.unproven}


@contextmanager
def _written() -> Iterator[None]:
    """A folder that cannot take it is no fault of a file."""
    try:
        yield
    except OSError as failure:
        why = os.strerror(failure.errno) if failure.errno else type(failure).__name__
        raise BackupProblem(_("The backup cannot be written: %(why)s.") % {"why": why}) from failure


def fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}


def kept_files() -> Iterator[StoredFile]:
    """Everything whose content should be there."""
    rows = StoredFile.objects.exclude(condition=StoredFile.Condition.REMOVED).order_by("pk")
    yield from rows.iterator(chunk_size=500)


def _copy_files(folder: Path, made: Made) -> None:
    """As they lie in the store, encrypted ones encrypted; what is altered there comes along and is named."""
    with _written(), (folder / LIST).open("w", encoding="utf-8") as listed:
        for stored in kept_files():
            try:
                key = content.locate(stored.sha256, stored.key_id)
                key_id = stored.key_id if key is None else key
                name = content.name_of(stored.sha256, key_id)
                copied = _copy(name, folder / FILES / name[:2] / name)
            except StorageProblem as problem:
                made.missing.append(stored.sha256)
                listed.write(json.dumps({"sha256": stored.sha256, "missing": problem.sentence}) + "\n")
                continue
            proof = _proven(stored.sha256, key_id, folder / FILES / name[:2] / name, made)
            listed.write(json.dumps({"sha256": stored.sha256, "key": key_id, "name": name, **copied, **proof}) + "\n")
            made.files, made.size = made.files + 1, made.size + copied["size"]


def _copy(name: str, target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with content.store().open(name) as stream, target.open("wb") as sink:
        while piece := stream.read(PIECE):
            digest.update(piece)
            sink.write(piece)
            size += len(piece)
    return {"raw_sha256": digest.hexdigest(), "size": size}


def _proven(sha256: str, key_id: str, copy: Path, made: Made) -> dict[str, str]:
    """What the list says beside: nothing when the copy, read again, is the content that its name promises."""
    try:
        if content.digest_of(copy.open("rb"), sha256, key_id) == sha256:
            return {}
    except KeyMissing as problem:
        made.unproven.append(sha256)
        return {"unproven": problem.sentence}
    except ContentAltered:
        pass
    made.damaged.append(sha256)
    return {"damaged": _("It is not what its hash says.")}
