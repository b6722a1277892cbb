"""How many workflows stand behind each value of each filter, and behind each tab: counted by one statement.

Each facet counts what the other filters leave, so that a second value of the same facet shows what it would
add. Every row carries one mark per filter in use, saying whether it passes. Facets of few values are packed into one
number for each row: the database counts equal numbers in one pass, and what they stand for is summed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from registry.custom_values import PERSON, FieldKind
from registry.filters.conditions import Asking, all_of
from registry.filters.counting import COMBINED, TAB, Counting, Counts
from registry.filters.packing import FACETS, number, parts
from registry.kernel.audit.asof import moment
from registry.models import CustomField, Workflow
from registry.models.packed import Part, pack

LARGE: Mapping[str, str] = {"unit": "v_unit", "vendor": "v_vendor"}
"""Facets of very many values, each counted by itself."""

Statement = tuple[str, Sequence[Any]]
"""A SELECT of (kind, value, number of rows), and its parameters."""


def count(found: Mapping[str, Q], tabs: Mapping[str, Q], asking: Asking, *, whole: bool = False) -> Counts:
    """`found` is what `conditions` makes of the parameters, `tabs` the condition of each tab by its key.

    Where the past is read, facets that hang on other records are counted only for the `whole` of it.
    """
    packed = parts(asking, is_past=moment() is not None and not whole)
    own = [definition for definition in asking.own.values() if definition.is_facet]
    counted = {*FACETS, *LARGE, "tag", *(definition.parameter for definition in own)}
    facets = {name: part for name, part in found.items() if name in counted}
    others = {name: part for name, part in found.items() if name not in facets}
    rows = Workflow.objects.filter(all_of(others)).filter(_fails_at_most_one(list(facets.values()))).order_by()
    folded = [Part(TAB + key, {key: part}) for key, part in tabs.items()] if not others and len(facets) < 2 else []
    counts = Counting(facets=facets, packed=[*packed, *folded])
    statements = [*_facet_statements(rows, counts, own), *_tab_statements({} if folded else tabs)]
    sql = " UNION ALL ".join(sql for sql, _params in statements)
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _sql, params in statements for param in params])
        for kind, value, rows_of in cursor.fetchall():
            counts.take(kind, value, int(rows_of or 0))
    return counts.finished(own)


def _facet_statements(rows: QuerySet[Workflow], counting: Counting, own: Sequence[CustomField]) -> Iterator[Statement]:
    marks = {mark_of(name): _truth(part) for name, part in counting.facets.items()}
    yield _packed(rows, counting)
    yield _large(rows, marks)
    yield _tags(rows.exclude(tags=[]), marks)
    if own:
        yield _own(rows.exclude(custom={}), marks, own)


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


def _packed(rows: QuerySet[Workflow], counting: Counting) -> Statement:
    passed = pack([Part(name, {"": part}) for name, part in counting.facets.items()])
    combined = rows.annotate(number=number(counting.packed), passed=passed).values("number", "passed")
    sql, params = combined.annotate(n=Count("pk")).query.sql_with_params()
    return f"SELECT '{COMBINED}', number || ' ' || passed, n FROM ({sql}) AS listed", params  # noqa: S608


def _large(rows: QuerySet[Workflow], marks: Mapping[str, Any]) -> Statement:
    columns = {"v_unit": F("business_unit_id"), "v_vendor": F("vendor_id")}
    sql, params = rows.annotate(**columns, **marks).values(*columns, *marks).query.sql_with_params()
    return _grouped(sql, {column: _over_passing("count(*)", marks, but=name) for name, column in LARGE.items()}), params


def _tags(rows: QuerySet[Workflow], marks: Mapping[str, Any]) -> Statement:
    tagged = rows.annotate(v_tag=Func(F("tags"), function="unnest", output_field=TextField()))
    sql, params = tagged.annotate(**marks).values("v_tag", *marks).query.sql_with_params()
    return _grouped(sql, {"v_tag": _over_passing("count(*)", marks, but="tag")}), params


def _own(rows: QuerySet[Workflow], marks: Mapping[str, Any], own: Sequence[CustomField]) -> Statement:
    """Choices by their words, people by their numbers, of the rows that have one."""
    columns = {f"v_{column_of(field.parameter)}": _value_in(field) for field in own}
    combined = rows.annotate(**columns, **marks).values(*columns, *marks).annotate(n=Count("pk"))
    sql, params = combined.query.sql_with_params()
    sums = {
        f"v_{column_of(f.parameter)}": _over_passing(
            "sum(n)", marks, but=f.parameter, given=f"v_{column_of(f.parameter)}"
        )
        for f in own
    }
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


def _over_passing(what: str, marks: Mapping[str, Any], *, but: str, given: str = "") -> str:
    """`what` over the rows that pass every mark, that of the facet `but` aside, and have a value in column `given`."""
    needed = [mark for mark in marks if mark != mark_of(but)]
    needed += [f"{given} IS NOT NULL"] if given else []
    return f"{what} FILTER (WHERE {' AND '.join(needed)})" if needed else what
