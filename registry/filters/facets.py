"""How many workflows stand behind each value of each filter, and behind each tab: counted by one statement.

Each facet counts what the other filters leave, so that a second value of the same facet shows what it would
add. Facets of few values are packed into one number for each row: the database counts equal numbers in one pass; what
they stand for, and which filters they pass, is worked out here. For other filters every row carries a mark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, QuerySet, TextField, Value

from registry.filters.conditions import Asking, all_of, assess_again, conditions, matching, owner_states
from registry.filters.counting import COMBINED, ONE_TAB, Counting, Counts
from registry.filters.custom import value_in
from registry.filters.held import counting as counting_held
from registry.filters.held import keeping
from registry.filters.narrowing import Statement, over, pays
from registry.filters.open_work import with_open_incident
from registry.filters.packing import FACETS, TAB, number, parts, told
from registry.filters.tab_counts import sorted_out
from registry.kernel.audit.asof import moment
from registry.models import CustomField, Workflow
from registry.models.packed import Part, pack

LARGE: Mapping[str, str] = {"unit": "v_unit", "vendor": "v_vendor"}
"""Facets of very many values, each counted by itself."""


def count(
    params: Mapping[str, Sequence[str]],
    tabs: Mapping[str, Mapping[str, Sequence[str]]],
    asking: Asking,
    *,
    whole: bool = False,
) -> Counts:
    """`params`: filter → values; `tabs`: those of each tab, by its key.

    Where the past is read, facets that hang on other records are counted only for the `whole` of it.
    """
    is_past = moment() is not None
    packed = parts(asking, is_past=is_past, whole=whole)
    own = [definition for definition in asking.own.values() if definition.is_facet]
    if not is_past and keeping.is_usable():
        return counting_held.count(params, tabs, asking, packed, own)
    counted = {*FACETS, *LARGE, "tag", *(definition.parameter for definition in own)}
    found = conditions(params, asking)
    facets = {name: part for name, part in found.items() if name in counted}
    others = {name: part for name, part in found.items() if name not in facets}
    sets_aside = pays(others, is_past=is_past)
    rows = Workflow.objects.filter(Q() if sets_aside else all_of(others)).order_by()
    with_tabs = sorted_out(tabs, packed, asking)
    answered = told(params, packed)
    marks = {name: part for name, part in facets.items() if name not in answered}
    counting = Counting([*packed, *with_tabs.parts], list(marks), answered, with_tabs.told, has_all_rows=not others)
    statements = [*_packed(rows, counting, marks, facets), *_by_value(rows, facets, own)]
    statements += [] if is_past else _sparse(rows, facets, asking)
    statements = [over(others, statements)] if sets_aside else statements
    _told_to(counting, [*statements, *_of_tabs(counting), *_tab_statements(with_tabs.left, asking)])
    return counting.finished(own)


def _told_to(counting: Counting, statements: Sequence[Statement]) -> None:
    sql = " UNION ALL ".join(sql for sql, _params in statements)
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _sql, params in statements for param in params])
        for kind, value, rows_of in cursor.fetchall():
            counting.take(kind, value, int(rows_of or 0))


def _by_value(rows: QuerySet[Workflow], facets: Mapping[str, Q], own: Sequence[CustomField]) -> Iterator[Statement]:
    """Facets of very many values."""
    yield _large(*_passing(rows, facets, but=LARGE))
    yield _tags(_passing(rows, facets, but=("tag",))[0])
    if own:
        yield _own(*_passing(rows.exclude(custom={}), facets, but=[field.parameter for field in own]), own)


def _passing(
    rows: QuerySet[Workflow], facets: Mapping[str, Q], *, but: Iterable[str]
) -> tuple[QuerySet[Workflow], Mapping[str, Any]]:
    """Those that pass every filter, and of the filters `but` a mark each."""
    passing = rows.filter(all_of({name: part for name, part in facets.items() if name not in but}))
    return passing, {mark_of(name): _truth(facets[name]) for name in but if name in facets}


def _sparse(rows: QuerySet[Workflow], facets: Mapping[str, Q], asking: Asking) -> Iterator[Statement]:
    """Values that few rows have, each by its index."""
    values = [("owner", value, condition) for value, condition in owner_states(asking).items()]
    values += [("incident", "open", with_open_incident(asking.user)), ("again", "yes", assess_again(asking.user))]
    for facet, value, condition in values:
        passing, _marks = _passing(rows, facets, but=(facet,))
        try:
            sql, params = passing.filter(condition).values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        yield f"SELECT '{facet}', '{value}', count(*) FROM ({sql}) AS listed", params  # noqa: S608


def _tab_statements(tabs: Mapping[str, Mapping[str, Sequence[str]]], asking: Asking) -> Iterator[Statement]:
    """One small count for each tab, so that each uses the index that suits it."""
    for key, params in tabs.items():
        rows = Workflow.objects.filter(matching(params, asking)).order_by().values("pk")
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        yield f"SELECT '{ONE_TAB}', %s, count(*) FROM ({sql}) AS counted", [key, *values]  # noqa: S608


def _fails_at_most_one(parts: Sequence[Q]) -> Q:
    """Rows that fail two filters count nowhere."""
    if len(parts) < 2:
        return Q()
    return reduce(or_, (reduce(and_, [p for k, p in enumerate(parts) if k != out]) for out in range(len(parts))))


def _truth(part: Q) -> Any:
    return ExpressionWrapper(part, output_field=BooleanField())


def _packed(
    rows: QuerySet[Workflow], counting: Counting, marks: Mapping[str, Q], facets: Mapping[str, Q]
) -> Iterator[Statement]:
    """One pass over all rows tells facets and tabs alike; where others narrow them, fewer rows are enough."""
    passed = pack([Part(name, {"": part}) for name, part in marks.items()])
    narrowed = rows if counting.has_all_rows else rows.filter(_fails_at_most_one(list(facets.values())))
    yield _combined(COMBINED, narrowed, counting, passed)


def _of_tabs(counting: Counting) -> Iterator[Statement]:
    """A pass of their own, where that of the facets has not all rows."""
    if counting.tabs and not counting.has_all_rows:
        yield _combined(TAB, Workflow.objects.order_by(), counting, Value(0))


def _combined(kind: str, rows: QuerySet[Workflow], counting: Counting, passed: Any) -> Statement:
    grouped = rows.annotate(number=number(counting.packed), passed=passed).values("number", "passed")
    sql, params = grouped.annotate(n=Count("*")).query.sql_with_params()
    return f"SELECT '{kind}', number || ' ' || passed, n FROM ({sql}) AS listed", params  # noqa: S608


def _large(rows: QuerySet[Workflow], marks: Mapping[str, Any]) -> Statement:
    columns = {"v_unit": F("business_unit_id"), "v_vendor": F("vendor_id")}
    sql, params = rows.annotate(**columns, **marks).values(*columns, *marks).query.sql_with_params()
    return _grouped(sql, {column: _over_passing("count(*)", marks, but=name) for name, column in LARGE.items()}), params


def _tags(rows: QuerySet[Workflow]) -> Statement:
    tagged = rows.exclude(tags=[]).annotate(v_tag=Func(F("tags"), function="unnest", output_field=TextField()))
    sql, params = tagged.values("v_tag").query.sql_with_params()
    return _grouped(sql, {"v_tag": "count(*)"}), params


def _own(rows: QuerySet[Workflow], marks: Mapping[str, Any], own: Sequence[CustomField]) -> Statement:
    """Choices by their words, people by their numbers, of the rows that have one."""
    columns = {f"v_{column_of(field.parameter)}": value_in(field) for field in own}
    combined = rows.annotate(**columns, **marks).values(*columns, *marks).annotate(n=Count("pk"))
    sql, params = combined.query.sql_with_params()
    sums = {
        f"v_{column_of(f.parameter)}": _over_passing(
            "sum(n)", marks, but=f.parameter, given=f"v_{column_of(f.parameter)}"
        )
        for f in own
    }
    return _grouped(sql, sums), params


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
