"""How many workflows stand behind each value of each filter, counted by the database in two passes.

Each facet counts what the other filters leave, so that a second value of the same facet shows what it would
add. Every row carries one mark per filter in use, saying whether it passes; the first query rolls rows up to
their combinations of values and sums each facet over those that pass all other marks; the second does the same
for facets with very many values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Func, Q, QuerySet, TextField, Value, When

from registry.filters.conditions import NOBODY, NOT_TIERED, ORPHANED, Asking, all_of, mine, review_states
from registry.filters.open_work import with_open_incident
from registry.models import Workflow

SMALL: Mapping[str, tuple[str, ...]] = {
    "tier": ("v_tier",),
    "stage": ("v_stage",),
    "impact": ("v_impact",),
    "public": ("v_public",),
    "personal": ("v_personal",),
    "review": ("v_review",),
    "owner": ("v_me", "v_none", "v_orphan"),
    "incident": ("v_open",),
}
"""Facet → the columns that its values come from: one for values that exclude each other, else one per value."""
LARGE: Mapping[str, str] = {"unit": "v_unit", "vendor": "v_vendor", "tag": "v_tag"}


@dataclass
class Counts:
    total: int = 0
    """Rows that pass every filter."""
    of: dict[str, dict[str, int]] = field(default_factory=dict)
    """Facet → value → rows."""

    def add(self, facet: str, value: object, rows: int) -> None:
        if rows:
            self.of.setdefault(facet, {})[str(value)] = rows


def count(found: Mapping[str, Q], asking: Asking) -> Counts:
    """`found` is what `conditions` made of the parameters."""
    facets = {name: part for name, part in found.items() if name in SMALL or name in LARGE}
    rows = Workflow.objects.filter(all_of({name: part for name, part in found.items() if name not in facets}))
    rows = rows.filter(_fails_at_most_one(list(facets.values()))).order_by()
    marks = {f"ok_{name}": _truth(part) for name, part in facets.items()}
    counts = Counts()
    _count_small(rows, marks, asking, counts)
    _count_large(rows, marks, counts)
    return counts


def _fails_at_most_one(parts: Sequence[Q]) -> Q:
    """Rows that fail two filters count nowhere."""
    if len(parts) < 2:
        return Q()
    return reduce(or_, (reduce(and_, [p for k, p in enumerate(parts) if k != left_out]) for left_out in range(len(parts))))


def _truth(part: Q) -> ExpressionWrapper:
    return ExpressionWrapper(part, output_field=BooleanField())


def _small_columns(asking: Asking) -> dict[str, Any]:
    reviews = [When(part, then=Value(name)) for name, part in review_states(asking.today).items()]
    return {
        "v_tier": F("tier"),
        "v_stage": F("stage"),
        "v_impact": F("impact"),
        "v_public": F("is_public_facing"),
        "v_personal": F("uses_personal_data"),
        "v_review": Case(*reviews, output_field=CharField()),
        "v_me": _truth(mine(asking.user)),
        "v_none": _truth(NOBODY),
        "v_orphan": _truth(ORPHANED),
        "v_open": _truth(with_open_incident(asking.user)),
    }


def _count_small(rows: QuerySet[Workflow], marks: Mapping[str, Any], asking: Asking, counts: Counts) -> None:
    columns = _small_columns(asking)
    names, passing = list(columns), list(marks)
    inner, params = rows.annotate(**columns, **marks).values(*names, *passing).query.sql_with_params()
    kept = ", ".join([*names, *passing])
    sums = ", ".join(_sum_column(mark, passing, "sum(n)") for mark in ["", *passing])
    sets = ", ".join(f"({name})" for name in names)
    sql = (
        f"SELECT grouping({', '.join(names)}), {', '.join(names)}, {sums} "  # noqa: S608 - names from this module
        f"FROM (SELECT {kept}, count(*) AS n FROM ({inner}) AS listed GROUP BY {kept}) AS combined "
        f"GROUP BY GROUPING SETS ({sets}, ())"
    )
    facet_of = {column: facet for facet, group in SMALL.items() for column in group}
    for row in _fetch(sql, params):
        mask, values, sums_of = row[0], row[1 : len(names) + 1], row[len(names) + 1 :]
        place = _only_grouped(mask, len(names))
        if place is None:
            counts.total = int(sums_of[0] or 0)
            continue
        facet = facet_of[names[place]]
        value = values[place]
        rows_there = int(sums_of[_sum_for(facet, passing)] or 0)
        if len(SMALL[facet]) == 1 and not isinstance(value, bool):
            counts.add(facet, value or NOT_TIERED, rows_there)
        elif value:
            counts.add(facet, names[place].removeprefix("v_"), rows_there)


def _count_large(rows: QuerySet[Workflow], marks: Mapping[str, Any], counts: Counts) -> None:
    passing = list(marks)
    columns = {"v_unit": F("business_unit_id"), "v_vendor": F("vendor_id")}
    plain, plain_params = rows.annotate(**columns, **marks).values(*columns, *passing).query.sql_with_params()
    tagged = rows.exclude(tags=[]).annotate(v_tag=Func(F("tags"), function="unnest", output_field=TextField()), **marks)
    tags, tag_params = tagged.values("v_tag", *passing).query.sql_with_params()
    parts = {facet: _sum_column(f"ok_{facet}" if f"ok_{facet}" in passing else "", passing, "count(*)") for facet in LARGE}
    sql = (
        f"SELECT CASE WHEN grouping(v_unit) = 0 THEN 'unit' ELSE 'vendor' END, coalesce(v_unit, v_vendor)::text, "  # noqa: S608
        f"CASE WHEN grouping(v_unit) = 0 THEN {parts['unit']} ELSE {parts['vendor']} END "
        f"FROM ({plain}) AS listed GROUP BY GROUPING SETS ((v_unit), (v_vendor)) "
        f"UNION ALL SELECT 'tag', v_tag, {parts['tag']} FROM ({tags}) AS tagged GROUP BY v_tag"
    )
    for facet, value, rows_there in _fetch(sql, (*plain_params, *tag_params)):
        counts.add(facet, "none" if value is None else value, int(rows_there or 0))


def _sum_column(left_out: str, passing: Sequence[str], what: str) -> str:
    """`what` over the rows that pass every mark but `left_out`."""
    needed = [mark for mark in passing if mark != left_out]
    return f"{what} FILTER (WHERE {' AND '.join(needed)})" if needed else what


def _sum_for(facet: str, passing: Sequence[str]) -> int:
    mark = f"ok_{facet}"
    return passing.index(mark) + 1 if mark in passing else 0


def _only_grouped(mask: int, width: int) -> int | None:
    """Which column a grouping set holds: in the mask of grouping() its bit is the one that is 0."""
    return next((k for k in range(width) if not mask >> (width - 1 - k) & 1), None)


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
