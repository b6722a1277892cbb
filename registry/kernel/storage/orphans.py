"""Content that nothing on record needs: what a rollback or a kill left between the bytes and their row, or between a
row and what it was brought for. Nobody would ever check, dispose of or erase it.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from registry.kernel.audit.events import note
from registry.kernel.files import StoredFile
from registry.kernel.storage import content
from registry.kernel.storage.base import StorageProblem
from registry.kernel.storage.claiming import nobody_brings
from registry.kernel.storage.removal import let_go, unneeded

log = structlog.get_logger(__name__)

_NAME = re.compile(r"([0-9a-f]{64})(\.[\w.-]{1,40})?")
_AT_ONCE = 500


def clear(*, at: datetime) -> int:
    """Remove what has had no place in the record for FILES_ORPHAN_DAYS; how many files. Nothing when that is 0.

    Each removal is an event: bytes without a row may also be what an older backup, restored over a newer store, no
    longer knows of.
    """
    if settings.FILES_ORPHAN_DAYS <= 0:
        return 0
    before = at - timedelta(days=settings.FILES_ORPHAN_DAYS)
    return _clear_rows(before, at=at) + _clear_names(before, at=at)


def _clear_rows(before: datetime, *, at: datetime) -> int:
    """Rows that nothing points to. They are marked; `remove_marked` takes their bytes."""
    cleared = 0
    for stored in unneeded().filter(stored_at__lt=before).order_by("pk").iterator(chunk_size=_AT_ONCE):
        with transaction.atomic():
            if let_go(stored, released=StoredFile.objects.none()):
                _enter(stored.sha256, at=at, object_id=stored.pk)
                cleared += 1
    return cleared


def _clear_names(before: datetime, *, at: datetime) -> int:
    place, cleared = content.store(), 0
    try:
        for name, sha256 in _hashes(place.names(before)):
            with transaction.atomic():
                if nobody_brings(sha256) and not _has_row(sha256):
                    _enter(sha256, at=at)
                    place.remove(name)
                    cleared += 1
    except StorageProblem as problem:
        log.warning("content without a row not cleared", problem=problem.sentence)
    return cleared


def _hashes(names: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Only names of ours: whatever else lies there is left alone."""
    for name in names:
        if (found := _NAME.fullmatch(name)) is not None:
            yield name, found[1]


def _has_row(sha256: str) -> bool:
    gone = {"condition": StoredFile.Condition.REMOVED, "removed_at__isnull": False}
    return StoredFile.objects.filter(sha256=sha256).exclude(**gone).exists()


def _enter(sha256: str, *, at: datetime, object_id: object = "") -> None:
    note(
        "FILE_UNCLAIMED",
        at=at,
        object_type=StoredFile._meta.label_lower,
        object_id=object_id,
        detail={"sha256": sha256},
        reason="Nothing on record needs it",
    )
