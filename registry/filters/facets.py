"""How many workflows stand behind each value of each filter, and behind each tab: counted by one statement.

Each facet counts what the other filters leave, so that a second value of the same facet shows what it would
add. Every row carries one mark per filter in use, saying whether it passes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from registry.custom_values import PERSON, FieldKind
from registry.filters.conditions import Asking, all_of
from registry.filters.packing import PACKED, Part, pack, parts, unpack
from registry.models import CustomField, Workflow

LARGE: Mapping[str, str] = {"unit": "v_unit", "vendor": "v_vendor"}
"""Facets of very many values, each counted by itself."""
TAB = "tab"
COMBINED = "combined"

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
    counts, packed = Counts(), parts(asking)
    own = [definition for definition in asking.own.values() if definition.is_facet]
    counted = {*PACKED, *LARGE, "tag", *(definition.parameter for definition in own)}
    facets = {name: part for name, part in found.items() if name in counted}
    rows = Workflow.objects.filter(all_of({name: part for name, part in found.items() if name not in facets}))
    rows = rows.filter(_fails_at_most_one(list(facets.values()))).order_by()
    statements = [*_facet_statements(rows, facets, packed, own), *_tab_statements(tabs)]
    sql = " UNION ALL ".join(sql for sql, _params in statements)
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _sql, params in statements for param in params])
        for kind, value, rows_of in cursor.fetchall():
            if kind == COMBINED:
                _combination(counts, list(facets), packed, value, int(rows_of))
            else:
                _single(counts, kind, value, int(rows_of or 0))
    return counts


def _combination(counts: Counts, filters: Sequence[str], packed: Sequence[Part], value: str, rows: int) -> None:
    """Rows that fail one filter count for that facet alone; those that fail none count for all."""
    number, passed = map(int, value.split(" "))
    failed = [name for k, name in enumerate(filters) if not passed >> k & 1]
    if not failed:
        counts.total += rows
    for facet, word in unpack(packed, number):
        if not failed or failed == [facet]:
            of_facet = counts.facets.setdefault(facet, {})
            of_facet[word] = of_facet.get(word, 0) + rows


def _single(counts: Counts, kind: str, value: str | None, rows: int) -> None:
    if kind == TAB:
        counts.tabs[str(value)] = rows
    elif rows:
        counts.facets.setdefault(kind.removeprefix("v_").replace("__", "."), {})[value or "none"] = rows


def _facet_statements(
    rows: QuerySet[Workflow], facets: Mapping[str, Q], packed: Sequence[Part], own: Sequence[CustomField]
) -> Iterator[Statement]:
    marks = {mark_of(name): _truth(part) for name, part in facets.items()}
    yield _packed(rows, packed, facets)
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


def _packed(rows: QuerySet[Workflow], packed: Sequence[Part], facets: Mapping[str, Q]) -> Statement:
    passed = pack([Part(name, {"": part}) for name, part in facets.items()])
    combined = rows.annotate(number=pack(packed), passed=passed).values("number", "passed").annotate(n=Count("pk"))
    sql, params = combined.query.sql_with_params()
    return f"SELECT '{COMBINED}', number || ' ' || passed, n FROM ({sql}) AS listed", params  # noqa: S608


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


def _grouped(inner: str, sums: Mapping[str, str]) -> str:
    """One row for each value of each column in `sums`."""
    sets = ", ".join(f"({column})" for column in sums)
    kinds = " ".join(f"WHEN grouping({column}) = 0 THEN '{column}'" for column in sums)
    numbers = " ".join(f"WHEN grouping({column}) = 0 THEN {what}" for column, what in sums.items())
    return (
        f"SELECT CASE {kinds} END, coalesce({', '.join(f'{column}::text' for column in sums)}), "  # noqa: S608 - only names of this module
        f"CASE {numbers} END FROM ({inner}) AS listed GROUP BY GROUPING SETS ({sets})"
    )


def _over_passing(what: str, marks: Mapping[str, Any], but: str = "") -> str:
    """`what` over the rows that pass every mark, that of the facet `but` aside."""
    needed = [mark for mark in marks if mark != mark_of(but)]
    return f"{what} FILTER (WHERE {' AND '.join(needed)})" if needed else what
