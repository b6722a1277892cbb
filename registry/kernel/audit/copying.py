"""Writing very many rows: copied in, or changed by one statement, with one row of history for each by another.

`bulk` carries every row through Python and back; here the database makes the history out of what it has just stored.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from registry.kernel.audit.context import current

AT_ONCE = 5000


def copy_in(model: type[Any], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each the values of the fields `names` as the column takes them, JSON as text.

    Leaves no history: the caller names the new rows to `record_all` in the same transaction.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    table = quote(model._meta.db_table)
    sql = f"COPY {table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as sink:
        for row in rows:
            sink.write_row(row)


def change_all(rows: QuerySet[Any], **values: Any) -> int:
    """Set `values` on all of `rows`, which are locked first, and leave one "changed" history row for each."""
    with transaction.atomic():
        keys = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        manager = rows.model._default_manager
        for start in range(0, len(keys), AT_ONCE):
            some = manager.filter(pk__in=keys[start : start + AT_ONCE])
            some.update(**values)
            record_all(some, "~")
    return len(keys)


def record_all(rows: QuerySet[Any], kind: str) -> None:
    """One history row of `kind` ("+" or "~") for each of `rows`, as they are stored now."""
    history: Any = rows.model.history.model
    acting, quote = current(), connection.ops.quote_name
    tracked = [field for field in history.tracked_fields if not field.generated]
    given: dict[str, Any] = {
        "history_date": timezone.now(),
        "history_type": kind,
        "history_user_id": acting.user_id,
        "history_change_reason": acting.reason,
        "history_origin": str(acting.origin),
        "history_unit_id": acting.unit_id,
    }
    sql, params = rows.order_by("pk").values_list(*(field.attname for field in tracked)).query.sql_with_params()
    columns = ", ".join(quote(name) for name in [*(field.column for field in tracked), *given])
    about = ", ".join(f"%s::{history._meta.get_field(name).db_type(connection)}" for name in given)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({columns}) SELECT stored.*, {about} FROM ({sql}) AS stored",  # noqa: S608 - names of the schema alone
            [*given.values(), *params],
        )
