"""Writing many rows at once with the same history that single saves leave."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from registry.kernel.audit.context import current
from registry.kernel.audit.inserting import insert_all

Row = TypeVar("Row", bound=models.Model)
LENGTH = re.compile(r"\(.*?\)")


def create_many(rows: Sequence[Row], *, batch_size: int = 500) -> list[Row]:
    """Insert `rows` and one "created" history row for each, in one transaction."""
    if not rows:
        return []
    with transaction.atomic():
        insert_all(rows, batch_size=batch_size)
        _record(rows, "+", batch_size)
    return list(rows)


def update_many(rows: Sequence[Row], fields: Iterable[str], *, batch_size: int = 500) -> None:
    """Update `fields` of `rows` and leave one "changed" history row for each, in one transaction.

    The rows must have been read whole: a dirty field outside `fields` would make the history lie.
    """
    if not rows:
        return
    with transaction.atomic():
        put_many(rows, fields, batch_size=batch_size)
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


def put_many(rows: Sequence[models.Model], fields: Iterable[str], *, batch_size: int = 500) -> None:
    """Save the same columns without history, for columns that have none."""
    names = list(fields)
    for start in range(0, len(rows), batch_size):
        _update(rows[start : start + batch_size], names)


def _update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """One statement that joins the new values as a table: asking of each column which row it is in, as Django does,
    costs with the square of the rows.
    """
    meta, quote = type(rows[0])._meta, connection.ops.quote_name
    fields: list[Any] = [meta.pk, *(meta.get_field(name) for name in names)]
    casts = [f"%s::{loose_type(field)}" for field in fields]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    columns = [quote(field.column) for field in fields]
    given = ", ".join([f"({', '.join(casts)})"] * len(rows))
    settings = ", ".join(f"{column} = given.{column}" for column in columns[1:])
    table = quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {settings} FROM (VALUES {given}) AS given ({', '.join(columns)}) "  # noqa: S608 - names of the schema alone
            f"WHERE {table}.{columns[0]} = given.{columns[0]}",
            values,
        )


def loose_type(field: Any) -> str:
    """Its type without a length: what is too long is to be refused by the column, not cut off on the way to it."""
    return LENGTH.sub("", str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection)))


def history_columns(kind: str) -> dict[str, Any]:
    """What a row of history says beside the record: who, when, whence, why, and `kind`, one of + ~ -."""
    acting = current()
    return {
        "history_date": timezone.now(),
        "history_type": kind,
        "history_user_id": acting.user_id,
        "history_change_reason": acting.reason,
        "history_origin": str(acting.origin),
        "history_unit_id": acting.unit_id,
    }


def _record(rows: Sequence[Row], kind: str, batch_size: int) -> None:
    model: Any = type(rows[0])
    history: Any = model.history.model
    said, columns = history_columns(kind), [field.attname for field in history.tracked_fields]
    insert_all(
        [history(**said, **{name: getattr(row, name) for name in columns}) for row in rows],
        batch_size=batch_size,
        with_keys=False,
    )
