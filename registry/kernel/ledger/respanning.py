"""The tables of spans against the history they follow from: which records lists of the past would show wrongly."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from registry.kernel.audit.spans import listed_by, table_of
from registry.kernel.ledger import slices
from registry.kernel.ledger.program import everything_governed
from registry.kernel.ledger.slices import Slice, Step, rows_of
from registry.kernel.ledger.spans import columns_of, rows


def spans() -> Iterator[Step]:
    for model in everything_governed():
        if listed_by(model):
            yield Step(table_of(model), partial(_differing, model), model._meta.db_table)


def _differing(model: Any, start: int) -> Slice:
    key, columns = model._meta.pk.column, ", ".join(columns_of(model))
    right = rows(model, f"h.{key} IN (SELECT key FROM k)")  # noqa: S608 - names of the schema
    asked = rows_of(
        f"WITH k AS MATERIALIZED (SELECT {key} AS key FROM {model._meta.db_table} WHERE {key} >= %s "  # noqa: S608 - names of the schema
        f"ORDER BY {key} LIMIT {slices.ROWS}), "
        f"w AS MATERIALIZED ({right}), "
        f"t AS MATERIALIZED (SELECT {columns} FROM {table_of(model)} WHERE {key} IN (SELECT key FROM k)), "
        "d AS ((SELECT * FROM w EXCEPT SELECT * FROM t) UNION ALL (SELECT * FROM t EXCEPT SELECT * FROM w)) "
        "SELECT 0, count(*), max(key)::text FROM k UNION ALL "
        f"SELECT 1, 0, {key}::text FROM d GROUP BY {key} ORDER BY 1, 3",
        [start],
    )
    found = Slice()
    for is_row, count, key_of in asked:
        if not is_row:
            found.read(count, key_of)
        else:
            found.add(_("Lists of the past show %(what)s %(number)s otherwise than its history.")
                      % {"what": model._meta.label_lower, "number": key_of})  # fmt: skip
    return found
