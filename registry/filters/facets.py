"""How many workflows stand behind each value of each filter, and behind each tab: counted by one statement.

Each facet counts what the other filters leave, so that a second value of the same facet shows what it would
add. Every row carries one mark per filter in use, saying whether it passes. Rows are rolled up to their
combinations of values first, and each facet then sums over the combinations that pass all other marks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from registry.custom_values import PERSON, FieldKind
from registry.filters.conditions import (
    BLIND,
    DRIFT,
    GONE,
    NOBODY,
    NOT_TIERED,
    ORPHANED,
    READY,
    Asking,
    all_of,
    attestation_states,
    gap_states,
    mine,
    review_states,
)
from registry.filters.open_work import with_open_incident
from registry.models import CustomField, Workflow

SMALL: Mapping[str, tuple[str, ...]] = {
    "tier": ("v_tier",),
    "stage": ("v_stage",),
    "impact": ("v_impact",),
    "public": ("v_public",),
    "personal": ("v_personal",),
    "review": ("v_review",),
    "owner": ("v_me", "v_none", "v_orphan", "v_gone"),
    "incident": ("v_open",),
    "blind": ("v_blind",),
    "ready": ("v_ready",),
    "gap": ("v_gap_open", "v_gap_overdue", "v_gap_stale", "v_gap_accepted", "v_gap_ending", "v_gap_none"),
    "drift": ("v_drift",),
    "attestation": ("v_attestation",),
}
"""Facet → the columns its values come from: one with all values, or one for each value that a row may have or not."""
LARGE: Mapping[str, str] = {"unit": "v_unit", "vendor": "v_vendor"}
"""Facets of very many values, left out of the combinations."""
YES_OR_NO: Mapping[str, str] = {
    "v_me": "me",
    "v_none": "none",
    "v_orphan": "orphan",
    "v_gone": "gone",
    "v_open": "open",
    "v_gap_open": "open",
    "v_gap_overdue": "overdue",
    "v_gap_stale": "stale",
    "v_gap_accepted": "accepted",
    "v_gap_ending": "ending",
    "v_gap_none": "none",
}
"""Column → the value that a row may have or not."""
TAB = "tab"
TOTAL = "total"

Statement = tuple[str, Sequence[Any]]
"""A SELECT of (kind, value, number of rows), and its parameters."""


@dataclass
class Counts:
    total: int = 0
    """Rows that pass every filter."""
    tabs: dict[str, int] = field(default_factory=dict)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    """Facet → value → rows; what has none is left out."""


def count(found: Mapping[str, Q], tabs: Mapping[str, Q], asking: Asking) -> Counts:
    """`found` is what `conditions` makes of the parameters, `tabs` the condition of each tab by its key."""
    counts = Counts()
    statements = [*_facet_statements(found, asking), *_tab_statements(tabs)]
    sql = " UNION ALL ".join(sql for sql, _params in statements)
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _sql, params in statements for param in params])
        for kind, value, rows in cursor.fetchall():
            _sort_in(counts, kind, value, int(rows or 0))
    return counts


def _sort_in(counts: Counts, kind: str, value: str | None, rows: int) -> None:
    if kind == TOTAL:
        counts.total = rows
    elif kind == TAB:
        counts.tabs[str(value)] = rows
    elif kind in YES_OR_NO:
        facet = next(name for name, columns in SMALL.items() if kind in columns)
        if value == "true" and rows:
            counts.facets.setdefault(facet, {})[YES_OR_NO[kind]] = rows
    elif rows:
        facet = kind.removeprefix("v_").replace("__", ".")
        missing = NOT_TIERED if facet == "tier" else "none"
        counts.facets.setdefault(facet, {})[value or missing] = rows


def _facet_statements(found: Mapping[str, Q], asking: Asking) -> Iterator[Statement]:
    own = [definition for definition in asking.own.values() if definition.is_facet]
    counted = {*SMALL, *LARGE, "tag", *(definition.parameter for definition in own)}
    facets = {name: part for name, part in found.items() if name in counted}
    rows = Workflow.objects.filter(all_of({name: part for name, part in found.items() if name not in facets}))
    rows = rows.filter(_fails_at_most_one(list(facets.values()))).order_by()
    marks = {mark_of(name): _truth(part) for name, part in facets.items()}
    yield _small(rows, marks, asking)
    yield _large(rows, marks)
    yield _tags(rows, marks)
    if own:
        yield _own(rows, marks, own)


def _tab_statements(tabs: Mapping[str, Q]) -> Iterator[Statement]:
    """One small count for each tab, so that each uses the index that suits it."""
    for key, condition in tabs.items():
        rows = Workflow.objects.filter(condition).order_by().values("pk")
        try:
            sql, params = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        yield f"SELECT '{TAB}', %s, count(*) FROM ({sql}) AS counted", [key, *params]  # noqa: S608


def _fails_at_most_one(parts: Sequence[Q]) -> Q:
    """Rows that fail two filters count nowhere."""
    if len(parts) < 2:
        return Q()
    return reduce(or_, (reduce(and_, [p for k, p in enumerate(parts) if k != out]) for out in range(len(parts))))


def _truth(part: Q) -> Any:
    return ExpressionWrapper(part, output_field=BooleanField())


def _small(rows: QuerySet[Workflow], marks: Mapping[str, Any], asking: Asking) -> Statement:
    attestations = [When(part, then=Value(name)) for name, part in attestation_states(asking.today).items()]
    readies = [When(part, then=Value(name)) for name, part in READY.items()]
    drifts = [When(part, then=Value(name)) for name, part in DRIFT.items()]
    reviews = [When(part, then=Value(name)) for name, part in review_states(asking.today).items()]
    columns: dict[str, Any] = {
        "v_tier": F("tier"),
        "v_stage": F("stage"),
        "v_impact": F("impact"),
        "v_public": F("is_public_facing"),
        "v_personal": F("uses_personal_data"),
        "v_review": Case(*reviews, output_field=CharField()),
        "v_me": _truth(mine(asking.user)),
        "v_none": _truth(NOBODY),
        "v_orphan": _truth(ORPHANED),
        "v_gone": _truth(GONE),
        "v_open": _truth(with_open_incident(asking.user)),
        "v_blind": Case(When(BLIND, then=Value("yes")), default=Value("no"), output_field=CharField()),
        "v_ready": Case(*readies, output_field=CharField()),
        **{f"v_gap_{name}": _truth(part) for name, part in gap_states(asking.today).items()},
        "v_drift": Case(*drifts, output_field=CharField()),
        "v_attestation": Case(*attestations, output_field=CharField()),
    }
    facet_of = {column: facet for facet, group in SMALL.items() for column in group}
    combined = rows.annotate(**columns, **marks).values(*columns, *marks).annotate(n=Count("pk"))
    sql, params = combined.query.sql_with_params()
    sums = {column: _over_passing("sum(n)", marks, but=facet_of[column]) for column in columns}
    return _grouped(sql, sums, _over_passing("sum(n)", marks)), params


def _large(rows: QuerySet[Workflow], marks: Mapping[str, Any]) -> Statement:
    columns = {"v_unit": F("business_unit_id"), "v_vendor": F("vendor_id")}
    sql, params = rows.annotate(**columns, **marks).values(*columns, *marks).query.sql_with_params()
    return _grouped(sql, {column: _over_passing("count(*)", marks, but=name) for name, column in LARGE.items()}), params


def _tags(rows: QuerySet[Workflow], marks: Mapping[str, Any]) -> Statement:
    tagged = rows.filter(tags__len__gt=0).annotate(v_tag=Func(F("tags"), function="unnest", output_field=TextField()))
    sql, params = tagged.annotate(**marks).values("v_tag", *marks).query.sql_with_params()
    return _grouped(sql, {"v_tag": _over_passing("count(*)", marks, but="tag")}), params


def _own(rows: QuerySet[Workflow], marks: Mapping[str, Any], own: Sequence[CustomField]) -> Statement:
    """Choices by their words, people by their numbers; `none` counts entries without a value."""
    columns = {f"v_{column_of(field.parameter)}": _value_in(field) for field in own}
    combined = rows.annotate(**columns, **marks).values(*columns, *marks).annotate(n=Count("pk"))
    sql, params = combined.query.sql_with_params()
    sums = {f"v_{column_of(f.parameter)}": _over_passing("sum(n)", marks, but=f.parameter) for f in own}
    return _grouped(sql, sums), params


def _value_in(field: CustomField) -> Any:
    if field.kind == FieldKind.PERSON:
        return KeyTextTransform(PERSON, KeyTransform(field.key, "custom"))
    return KeyTextTransform(field.key, "custom")


def column_of(name: str) -> str:
    """A filter as a name in SQL: keys have no two underscores side by side, so that no two names meet."""
    return name.replace(".", "__")


def mark_of(name: str) -> str:
    return f"ok_{column_of(name)}"


def _grouped(inner: str, sums: Mapping[str, str], total: str = "") -> str:
    """One row for each value of each column in `sums`; with `total`, one more for all rows."""
    sets = [f"({column})" for column in sums] + ["()"] * bool(total)
    kinds = " ".join(f"WHEN grouping({column}) = 0 THEN '{column}'" for column in sums)
    numbers = " ".join(f"WHEN grouping({column}) = 0 THEN {what}" for column, what in sums.items())
    return (
        f"SELECT CASE {kinds} ELSE '{TOTAL}' END, coalesce({', '.join(f'{column}::text' for column in sums)}), "  # noqa: S608 - only names of this module
        f"CASE {numbers} ELSE {total or 0} END FROM ({inner}) AS listed GROUP BY GROUPING SETS ({', '.join(sets)})"
    )


def _over_passing(what: str, marks: Mapping[str, Any], but: str = "") -> str:
    """`what` over the rows that pass every mark, that of the facet `but` aside."""
    needed = [mark for mark in marks if mark != mark_of(but)]
    return f"{what} FILTER (WHERE {' AND '.join(needed)})" if needed else what
