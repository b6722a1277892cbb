"""Restoring a backup into an empty database, and doubting everything until it is shown."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from registry.kernel.backup.making import DATABASE, FILES, LIST, MANIFEST, Say, fingerprint, kept_files
from registry.kernel.backup.programs import BackupProblem, run
from registry.kernel.ledger import checking
from registry.kernel.ledger.adopting import NotAdopted, adopt
from registry.kernel.ledger.models import IntegrityCheck
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, Unremembered, agree
from registry.kernel.storage import content, disk
from registry.kernel.storage.base import PIECE, StorageProblem, StoreFull


def restore(folder: Path, *, clock: Callable[[], datetime], say: Say, newest: str | None = None) -> list[str]:
    """Database, then files, then the proof; what is in doubt afterwards, a sentence each.

    The log is held against `newest`, a checkpoint that was kept outside, which is remembered as what was signed last.
    Raises BackupProblem before anything is changed when the backup is damaged or the database is in use.
    """
    manifest = read_manifest(folder)
    if _is_in_use():
        raise BackupProblem(
            _("This database is in use. A backup goes into an empty one. Files alone are put back with --files-only.")
        )
    say(_("Database …"))
    run(
        "pg_restore",
        ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(folder / DATABASE)],
    )
    doubts = _put_back(folder, say=say)
    if _pending():
        asked = [_("Then hold the log against the checkpoint: continue_log --newest-checkpoint.")] if newest else []
        return [*doubts, *asked]
    say(_("Proof …"))
    return [*doubts, *_doubted_log(manifest, clock), *_doubted_end(newest, clock)]


def put_files(folder: Path, *, say: Say) -> list[str]:
    """The files alone, for a database that is restored already; what is in doubt afterwards. Doing it again is safe."""
    read_manifest(folder)
    return _put_back(folder, say=say)


def _put_back(folder: Path, *, say: Say) -> list[str]:
    say(_("Files …"))
    doubts = list(_put_files(folder))
    if _pending():
        # The rows are as that version had them, and cannot be asked before they are migrated.
        earlier = _(
            "The backup was made by an earlier version. Run migrate, then restore --files-only, then verify_ledger."
        )
        return [*doubts, earlier]
    return [*doubts, *_doubted_files()]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises BackupProblem when the backup is unfinished or was changed."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        told = {DATABASE: manifest["database"], LIST: manifest["files"]}
        for name, said in told.items():
            found = fingerprint(folder / name)
            if (found["sha256"], found["size"]) != (said["sha256"], said["size"]):
                raise BackupProblem(
                    _("%(name)s is not what the manifest says. The backup was changed.") % {"name": name}
                )
    except FileNotFoundError as missing:
        name = Path(str(missing.filename)).name
        raise BackupProblem(_("%(name)s is missing. This is no finished backup.") % {"name": name}) from missing
    except (ValueError, KeyError, TypeError) as broken:
        raise BackupProblem(_("The manifest cannot be read. The backup was changed.")) from broken
    return manifest


def _is_in_use() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace)")
        return bool((cursor.fetchone() or (True,))[0])


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _put_files(folder: Path) -> Iterator[str]:
    with (folder / LIST).open(encoding="utf-8") as listed:
        for line in listed:
            said = json.loads(line)
            if "missing" in said:
                yield _("File %(sha256)s was missing already when the backup was made.") % {"sha256": said["sha256"]}
                continue
            if "damaged" in said:
                yield _("File %(sha256)s was altered already when the backup was made.") % {"sha256": said["sha256"]}
            path = folder / FILES / said["name"][:2] / said["name"]
            if _raw(path) != said["raw_sha256"]:
                yield _("File %(sha256)s in the backup is missing or was changed.") % {"sha256": said["sha256"]}
                continue
            try:
                with disk.said_plainly(), path.open("rb") as file:
                    content.store().put(said["name"], iter(lambda: file.read(PIECE), b""), said["size"])
            except StorageProblem as problem:
                yield _("File %(sha256)s was not put back: %(why)s Run restore --files-only when that is settled.") % {
                    "sha256": said["sha256"],
                    "why": problem.sentence,
                }
                if isinstance(problem, StoreFull):
                    return


def _raw(path: Path) -> str:
    """Hash of the copy as it lies there; nothing when it is missing or does not read."""
    try:
        return str(fingerprint(path)["sha256"])
    except OSError:
        return ""


def _doubted_files() -> Iterator[str]:
    """Each file that the database refers to, read again from the store it lies in now."""
    for stored in kept_files():
        try:
            found = stored.digest()
        except StorageProblem as problem:
            yield _("File %(sha256)s could not be checked: %(why)s") % {
                "sha256": stored.sha256,
                "why": problem.sentence,
            }
            continue
        if found != stored.sha256:
            yield _("File %(sha256)s is missing or altered.") % {"sha256": stored.sha256}


def _doubted_log(manifest: dict[str, Any], clock: Callable[[], datetime]) -> Iterator[str]:
    last = latest()
    if (last.note if last else "") != manifest["checkpoint"]:
        yield _("The last checkpoint is not the one the manifest holds.")
    for subject in (IntegrityCheck.Subject.HISTORY, IntegrityCheck.Subject.LEDGER):
        yield from checking.go_on(checking.begin(subject, at=clock()), clock=clock).findings


def _doubted_end(newest: str | None, clock: Callable[[], datetime]) -> Iterator[str]:
    """Whether anything was signed after what the backup holds, as far as it is known on this machine."""
    try:
        if newest is not None:
            adopt(newest, at=clock(), reason=_("Restored from a backup"))
        else:
            agree(latest())
    except Unremembered as unknown:
        yield _("The log was not compared with what was published. %(why)s") % {"why": unknown}
    except OSError as failure:
        why = failure.strerror or type(failure).__name__
        yield _("The log was not compared with what was published: %(why)s.") % {"why": why}
    except (NotAdopted, Forked) as refused:
        yield str(refused)
