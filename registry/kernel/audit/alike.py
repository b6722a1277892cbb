"""Changing very many rows alike: by one statement, with one row of history for each by another.

`bulk` carries every row through Python and back; here the database makes the history out of what it has just stored.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from registry.kernel.audit.bulk import history_columns, loose_type

AT_ONCE = 5000


def change_all(rows: QuerySet[Any], **values: Any) -> int:
    """Set `values` on all of `rows`, which are locked first, and leave one "changed" history row for each."""
    with transaction.atomic():
        keys = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        manager = rows.model._default_manager
        for start in range(0, len(keys), AT_ONCE):
            some = manager.filter(pk__in=keys[start : start + AT_ONCE])
            some.update(**values)
            _record(some)
    return len(keys)


def _record(rows: QuerySet[Any]) -> None:
    """One "changed" history row for each of `rows`, as they are stored now."""
    history: Any = rows.model.history.model
    quote, given = connection.ops.quote_name, history_columns("~")
    tracked = [field for field in history.tracked_fields if not field.generated]
    sql, params = rows.order_by("pk").values_list(*(field.attname for field in tracked)).query.sql_with_params()
    columns = ", ".join(quote(name) for name in [*(field.column for field in tracked), *given])
    about = ", ".join(f"%s::{loose_type(history._meta.get_field(name))}" for name in given)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({columns}) SELECT stored.*, {about} FROM ({sql}) AS stored",  # noqa: S608 - names of the schema alone
            [*given.values(), *params],
        )
