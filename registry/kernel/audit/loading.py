"""Rows of many tables in one statement, so that a page of mixed history costs the same as one of a single kind."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models


def load(queries: Iterable[models.QuerySet[Any]]) -> Iterator[Any]:
    """Instances of all `queries`, in no order. What a query annotates becomes an attribute.

    Each row travels as one JSON value, so that tables of different shapes fit into one UNION.
    """
    parts: list[tuple[type[models.Model], str, tuple[Any, ...]]] = []
    for query in queries:
        lean = query.order_by().defer(*(field.name for field in query.model._meta.concrete_fields if field.generated))
        try:
            sql, params = lean.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append((query.model, sql, params))
    if not parts:
        return
    union = " UNION ALL ".join(
        f"SELECT {n}, to_jsonb(part) FROM ({sql}) AS part"  # noqa: S608 - compiled by Django, values stay parameters
        for n, (_model, sql, _params) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(union, [value for _model, _sql, params in parts for value in params])
        rows = cursor.fetchall()
    for n, row in rows:
        yield _instance(parts[n][0], row if isinstance(row, dict) else json.loads(row))


def _instance(model: Any, row: dict[str, Any]) -> Any:
    fields = [field for field in model._meta.concrete_fields if field.column in row]
    values = [_value(field, row.pop(field.column)) for field in fields]
    instance = model.from_db(connection.alias, [field.attname for field in fields], values)
    for name, value in row.items():
        setattr(instance, name, value)
    return instance


def _value(field: Any, value: Any) -> Any:
    target = field.target_field if field.is_relation else field
    return None if value is None else target.to_python(value)
