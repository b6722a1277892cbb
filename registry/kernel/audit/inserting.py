"""Inserting very many rows by COPY: what an INSERT of so many spends most of its time on is writing its own text.

Triggers, guards and constraints see the rows as they see inserted ones.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, models

WORTH_IT: Final = 100
"""Rows from which on it is faster than one INSERT."""


def insert_all(rows: Sequence[models.Model], *, batch_size: int = 500, with_keys: bool = True) -> None:
    """Insert `rows`, all of one model. With `with_keys` they know their primary key afterwards.

    The caller is in a transaction. Fewer rows, and such with an expression as a value, are inserted as usual.
    """
    if len(rows) < WORTH_IT or not _copy(rows, with_keys):
        type(rows[0])._base_manager.bulk_create(rows, batch_size=batch_size)


def _copy(rows: Sequence[models.Model], with_keys: bool) -> bool:
    meta, quote = type(rows[0])._meta, connection.ops.quote_name
    key = meta.pk
    fields: list[Any] = [f for f in meta.concrete_fields if not f.generated and (with_keys or f is not key)]
    if with_keys:
        _take_keys([row for row in rows if row.pk is None])
    lines = [[f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields] for row in rows]
    if any(hasattr(value, "resolve_expression") for line in lines for value in line):
        return False
    columns = ", ".join(quote(field.column) for field in fields)
    sql = f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for line in lines:
            copy.write_row(line)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return True


def _take_keys(rows: Sequence[models.Model]) -> None:
    """Numbers of the sequence, as the table would give them out itself."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
