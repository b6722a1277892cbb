"""Taking content away at the end of its keeping; the row with its hash stays for good."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import structlog
from django.db import models, transaction

from registry.kernel.files import StoredFile
from registry.kernel.storage import content
from registry.kernel.storage.base import StorageProblem
from registry.kernel.storage.claiming import nobody_brings

log = structlog.get_logger(__name__)

Condition = StoredFile.Condition


def let_go(stored: StoredFile, *, released: models.QuerySet[Any]) -> bool:
    """Mark the content for removal unless a row other than `released` ones points to it, or somebody brings it again
    at this moment; whether it was marked.

    Called in the transaction that decides. The bytes go after it has committed (`remove_marked`): what was removed
    does not come back with a rollback.
    """
    row = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if not nobody_brings(row.sha256) or is_needed(row, released=released):
        return False
    row.condition, row.removed_at = Condition.REMOVED, None
    row.save(update_fields=["condition", "removed_at"])
    return True


def is_needed(stored: StoredFile, *, released: models.QuerySet[Any]) -> bool:
    """Whether any row, of whatever kind, still points to it. Histories say what was, and need nothing."""
    for model, field in _pointing():
        rows = model._base_manager.filter(**{field: stored})
        if model is released.model:
            rows = rows.exclude(pk__in=released.values("pk"))
        if rows.exists():
            return True
    return False


def unneeded() -> models.QuerySet[StoredFile]:
    """Content that no row points to."""
    rows = StoredFile.objects.exclude(condition=Condition.REMOVED)
    for model, field in _pointing():
        rows = rows.exclude(models.Exists(model._base_manager.filter(**{field: models.OuterRef("pk")})))
    return rows


def _pointing() -> Iterator[tuple[Any, str]]:
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and not hasattr(relation.related_model, "instance_type"):
            yield relation.related_model, relation.field.name


def remove_marked(*, at: datetime) -> int:
    """Take away the bytes of what is marked; how many files. What the store refuses is tried again next time."""
    removed = 0
    waiting = StoredFile.objects.filter(condition=Condition.REMOVED, removed_at__isnull=True)
    for pk, sha256 in list(waiting.values_list("pk", "sha256")):
        with transaction.atomic():
            if not nobody_brings(sha256):
                continue
            row = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None:
                continue
            try:
                content.remove(row.sha256, row.key_id)
            except StorageProblem as problem:
                log.warning("content not removed", sha256=row.sha256, problem=problem.sentence)
                continue
            row.removed_at = at
            row.save(update_fields=["removed_at"])
            removed += 1
    return removed
