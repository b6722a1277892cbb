"""Writing many rows at once with the same history that single saves leave."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from registry.kernel.audit.context import current

Row = TypeVar("Row", bound=models.Model)


def create_many(rows: Sequence[Row], *, batch_size: int = 500) -> list[Row]:
    """Insert `rows` and one "created" history row for each, in one transaction."""
    if not rows:
        return []
    model = type(rows[0])
    with transaction.atomic():
        created = model._default_manager.bulk_create(rows, batch_size=batch_size)
        _record(created, "+", batch_size)
    return created


def update_many(rows: Sequence[Row], fields: Iterable[str], *, batch_size: int = 500) -> None:
    """Update `fields` of `rows` and leave one "changed" history row for each, in one transaction.

    The rows must have been read whole: a dirty field outside `fields` would make the history lie.
    """
    if not rows:
        return
    with transaction.atomic():
        type(rows[0])._default_manager.bulk_update(rows, list(fields), batch_size=batch_size)
        _record(rows, "~", batch_size)


def delete_many(rows: Sequence[Row], *, batch_size: int = 500) -> None:
    """Delete `rows`, leaving one "deleted" history row for each, in one transaction.

    Deleting sends Django's signals even for many rows, and by them the history is written; unlike the others,
    this costs a query per row.
    """
    with transaction.atomic():
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            type(batch[0])._default_manager.filter(pk__in=[row.pk for row in batch]).delete()


def _record(rows: Sequence[Row], kind: str, batch_size: int) -> None:
    model: Any = type(rows[0])
    history: Any = model.history.model
    acting = current()
    now = timezone.now()
    columns = [field.attname for field in history.tracked_fields]
    history._default_manager.bulk_create(
        [
            history(
                history_date=now,
                history_type=kind,
                history_user_id=acting.user_id,
                history_change_reason=acting.reason,
                history_origin=str(acting.origin),
                history_unit_id=acting.unit_id,
                **{name: getattr(row, name) for name in columns},
            )
            for row in rows
        ],
        batch_size=batch_size,
    )
