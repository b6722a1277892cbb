"""Filters that are no facet, such as words: asked once, for all that is counted of what they leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q

from registry.filters.conditions import all_of
from registry.filters.tab_counts import DATED
from registry.models import Workflow

Statement = tuple[str, Sequence[Any]]
"""A SELECT of (kind, value, number of rows), and its parameters."""


def pays(others: Mapping[str, Q], *, is_past: bool) -> bool:
    """Whether what `others` leave is worth setting aside: what a date leaves may be nearly all, and the past is made of
    such expressions already.
    """
    return bool(others.keys() - DATED) and not is_past


def over(others: Mapping[str, Q], statements: Sequence[Statement]) -> Statement:
    """All `statements` as one that reads, under the name of the table, only what `others` leave of it."""
    union = " UNION ALL ".join(sql for sql, _params in statements)
    given = [param for _sql, params in statements for param in params]
    try:
        rows = Workflow.objects.filter(all_of(others)).order_by()
        inner, params = rows.values(*_columns()).query.sql_with_params()
    except EmptyResultSet:
        inner, params = Workflow.objects.filter(pk=0).values(*_columns()).query.sql_with_params()
    table = Workflow._meta.db_table
    return f'(WITH "{table}" AS MATERIALIZED ({inner}) {union})', [*params, *given]


def _columns() -> list[str]:
    """What the counts read: all that the index of the filters holds, and what is too wide for it."""
    index: Any = next(index for index in Workflow._meta.indexes if index.name == "workflow_facets")
    columns: dict[str, Any] = {field.name: field for field in Workflow._meta.concrete_fields}
    names = ("id", *index.fields, *index.include, "tags", "custom")
    return list(dict.fromkeys(columns[name].attname for name in names))
