"""Reading every stored file again, a little at a time, and saying what was found.

Who is to know of a finding is not known here: a `Watcher` from above is told within the transaction that records it,
so that a finding and what follows from it stand or fall together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from registry.kernel.audit.events import note
from registry.kernel.files import DAMAGED, IN_TROUBLE, StoredFile
from registry.kernel.ledger.models import IntegrityCheck
from registry.kernel.storage import content
from registry.kernel.storage.base import StorageProblem
from registry.kernel.storage.claiming import claimed
from registry.kernel.storage.disk import clear_folder

log = structlog.get_logger(__name__)

Condition = StoredFile.Condition
ABANDONED_AFTER = timedelta(days=1)
"""What is still being written after this long was interrupted."""
ATTEMPTS, RETRY = 3, timedelta(minutes=15)
"""A file that cannot be read so often, so far apart, is told of: a store that is away for a moment is no alarm."""
MOST_FINDINGS = 100
EVENTS = {
    Condition.ALTERED: "FILE_ALTERED",
    Condition.MISSING: "FILE_MISSING",
    Condition.SOUND: "FILE_SOUND_AGAIN",
}


class Watcher(Protocol):
    def prepare(self, stored: StoredFile) -> None:
        """Take the locks that come before that of the file."""

    def found(self, stored: StoredFile, before: str, digest: str, *, at: datetime) -> None:
        """The condition of `stored`, locked and saved, is another than `before`; `digest` is what was read."""

    def unreadable(self, stored: StoredFile, sentence: str, *, at: datetime) -> None:
        """It could not be read again and again; `sentence` says why the last attempt failed."""


@dataclass
class Sweep:
    examined: int = 0
    size: int = 0
    findings: list[str] = field(default_factory=list)


def sweep(watcher: Watcher, *, clock: Callable[[], datetime], budget: int | None = None) -> Sweep:
    """Check what was not checked for longest, until `budget` bytes were read; one row of it in the record.

    Killed at any point, it goes on with the next file when it is started again.
    """
    done = Sweep()
    started = clock()
    most = settings.FILES_CHECK_BYTES if budget is None else budget
    row: IntegrityCheck | None = None
    for pk in due(started).values_list("pk", flat=True)[:10_000]:
        with claimed(pk) as is_ours:
            stored = due(started).filter(pk=pk).first() if is_ours else None
            if stored is None:
                continue
            row = row or IntegrityCheck.objects.create(subject=IntegrityCheck.Subject.FILES, started_at=started)
            _examine(stored, watcher, done, clock=clock)
        if done.size >= most:
            break
    if row is not None:
        row.finished_at, row.examined = clock(), done.examined
        row.findings, row.findings_count = done.findings[:MOST_FINDINGS], len(done.findings)
        row.save()
    return done


def look_again(pk: int, watcher: Watcher, *, clock: Callable[[], datetime]) -> None:
    """Read one file now, because somebody met something odd. Whoever has it in hand already will find it too."""
    with claimed(pk) as is_ours:
        stored = StoredFile.objects.exclude(condition=Condition.REMOVED).filter(pk=pk).first() if is_ours else None
        if stored is not None:
            _examine(stored, watcher, Sweep(), clock=clock)


def due(now: datetime) -> QuerySet[StoredFile]:
    """What is to be read again, the longest unread first; an attempt that failed goes to the end of the row, so that
    what cannot be read never keeps others from being read.
    """
    before = now - timedelta(hours=settings.FILES_CHECK_HOURS)
    in_turn = Q(failures=0) & (Q(checked_at__isnull=True) | Q(checked_at__lt=before))
    rows = StoredFile.objects.filter(in_turn | Q(failures__gt=0, failed_at__lt=now - RETRY))
    last_tried = Coalesce(F("failed_at"), F("checked_at"))
    return rows.exclude(condition=Condition.REMOVED).order_by(last_tried.asc(nulls_first=True), "pk")


def _examine(stored: StoredFile, watcher: Watcher, done: Sweep, *, clock: Callable[[], datetime]) -> None:
    done.examined += 1
    done.size += stored.size
    try:
        found = stored.digest()
        condition = judge(stored, found)
        settle(stored, condition, found, watcher, at=clock())
    except StorageProblem as problem:
        # Neither sound nor damaged: nothing can be said until the disk, the key, or the store, is back.
        done.findings.append(f"{stored.sha256}: {problem.sentence}")
        fail(stored, problem.sentence, watcher, at=clock())
        return
    if condition in DAMAGED:
        done.findings.append(f"{stored.sha256}: {condition.label}")
    else:
        _tidy(stored)


def judge(stored: StoredFile, found: str) -> Condition:
    if not found:
        return Condition.MISSING
    return Condition.SOUND if found == stored.sha256 else Condition.ALTERED


def settle(stored: StoredFile, condition: Condition, found: str, watcher: Watcher, *, at: datetime) -> bool:
    """Record what was found; whether it is news, about which an event is noted and the watcher told."""
    with transaction.atomic():
        watcher.prepare(stored)
        row = StoredFile.objects.select_for_update(no_key=True).get(pk=stored.pk)
        if row.condition == Condition.REMOVED:
            return False
        before, row.condition, row.checked_at = row.condition, condition, at
        row.failures, row.failed_at = 0, None
        if (lies_under := content.locate(row.sha256, row.key_id)) is not None:
            row.key_id = lies_under
        row.save(update_fields=["condition", "checked_at", "key_id", "failures", "failed_at"])
        is_news = before != condition and (condition in DAMAGED or before in IN_TROUBLE)
        if is_news:
            note(
                EVENTS[condition],
                at=at,
                object_type=row._meta.label_lower,
                object_id=row.pk,
                detail={"sha256": row.sha256, "found": found, "before": before},
                reason=_("Found when stored files were read again"),
            )
            watcher.found(row, before, found, at=at)
        return is_news


def fail(stored: StoredFile, sentence: str, watcher: Watcher, *, at: datetime) -> bool:
    """Count an attempt to read that failed; whether it is the one that makes it news. Known damage stands meanwhile."""
    with transaction.atomic():
        row = StoredFile.objects.select_for_update(no_key=True).get(pk=stored.pk)
        if row.condition == Condition.REMOVED:
            return False
        row.failures, row.failed_at = min(row.failures + 1, ATTEMPTS), at
        is_news = row.failures >= ATTEMPTS and row.condition not in IN_TROUBLE
        if is_news:
            before, row.condition = row.condition, Condition.UNREADABLE
            note(
                "FILE_UNREADABLE",
                at=at,
                object_type=row._meta.label_lower,
                object_id=row.pk,
                detail={"sha256": row.sha256, "why": sentence, "before": before},
                reason=_("Found when stored files were read again"),
            )
            watcher.unreadable(row, sentence, at=at)
        row.save(update_fields=["condition", "failures", "failed_at"])
        return is_news


def _tidy(stored: StoredFile) -> None:
    """Copies under other keys, once the one on record is known to be sound."""
    try:
        for name in content.leftovers(stored.sha256, stored.key_id):
            content.store().remove(name)
    except StorageProblem as problem:
        log.warning("copy under another key not removed", sha256=stored.sha256, problem=problem.sentence)


def clear_abandoned(now: datetime) -> int:
    """What interrupted uploads and writing have left; how many pieces."""
    before = now - ABANDONED_AFTER
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    cleared = 0
    for clear in (content.store().clear_abandoned, partial(clear_folder, incoming)):
        try:
            cleared += clear(before)
        except StorageProblem as problem:
            log.warning("abandoned pieces not cleared", problem=problem.sentence)
    return cleared
