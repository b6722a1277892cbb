"""Facets and tabs counted from the columns in memory. The same numbers as `registry.filters.facets` has from the
database alone; what the columns do not tell, such as words or who answers for it, is asked of the database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q

from registry.filters.conditions import Asking, all_of, assess_again, conditions, owner_states
from registry.filters.counting import Counts
from registry.filters.held import bits
from registry.filters.held.columns import Columns
from registry.filters.held.keeping import Answer, Statement, answer
from registry.filters.open_work import with_open_incident
from registry.filters.packing import FACETS, parts, told
from registry.models import CustomField, Workflow
from registry.models.packed import Part

LINKED = ("unit", "vendor", "tag")
"""Facets whose filters ask for the very values that are held."""
HELD = (*LINKED, "lacks")
"""Filters that do; not all of them are counted."""
FILTER, SPARSE, TAB = "filter", "sparse", "tab"

Params = Mapping[str, Sequence[str]]
Told = Mapping[str, frozenset[str]]


def count(
    params: Params, tabs: Mapping[str, Params], asking: Asking, packed: Sequence[Part], own: Sequence[CustomField]
) -> Counts:
    answered = _answered(params, packed)
    counted = {*FACETS, *LINKED, *(field.parameter for field in own)}
    left = {name: part for name, part in conditions(params, asking).items() if name not in answered}
    facets = {name: part for name, part in left.items() if name in counted}
    outside = {name: part for name, part in left.items() if name not in counted}
    by_tab = {key: _answered(asked, packed) for key, asked in tabs.items() if _is_told(asked, asking, packed)}
    statements = [_numbers(FILTER, name, part) for name, part in facets.items()]
    statements += [_numbers(FILTER, "", all_of(outside))] if outside else []
    statements += [_numbers(SPARSE, f"{facet} {value}", part) for facet, value, part in _sparse(asking)]
    statements += _tab_counts({key: asked for key, asked in tabs.items() if key not in by_tab}, asking)
    columns, found = answer(asking, packed, own, statements)
    return Counting(columns, answered, found, counted).counts(by_tab, own)


def narrowed(params: Params, asking: Asking) -> "Counting":
    """What `params` leave, to be counted further."""
    packed = parts(asking, is_past=False, whole=False)
    own = [field for field in asking.own.values() if field.is_facet]
    answered = _answered(params, packed)
    left = {name: part for name, part in conditions(params, asking).items() if name not in answered}
    columns, found = answer(asking, packed, own, [_numbers(FILTER, "", all_of(left))] if left else [])
    return Counting(columns, answered, found, ())


class Counting:
    """The columns with the filters in use; `passing` are those that pass them all."""

    def __init__(self, columns: Columns, answered: Told, found: Sequence[Answer], counted: Collection[str]) -> None:
        self.columns = columns
        self.filters = {name: columns.having(name, values) for name, values in answered.items()}
        self.facets = {facet: values for facet, values in columns.facets.items() if facet in counted}
        self.tabs: dict[str, int] = {}
        outside = columns.present
        for kind, name, number, numbers in found:
            if kind == TAB:
                self.tabs[name] = number or 0
                continue
            these = columns.of(numbers or ())
            if kind == SPARSE:
                facet, _space, value = name.partition(" ")
                self.facets[facet] = {**self.facets.get(facet, {}), value: these}
            elif name:
                self.filters[name] = these
            else:
                outside &= these
        self.outside = outside
        self.passing = bits.all_of(self.filters.values(), outside)

    def counts(self, tabs: Mapping[str, Told], own: Sequence[CustomField]) -> Counts:
        found = Counts(total=self.passing.bit_count(), tabs=self.tabs)
        for key, asked in tabs.items():
            sets = (self.columns.having(name, values) for name, values in asked.items())
            found.tabs[key] = bits.all_of(sets, self.columns.present).bit_count()
        for facet, values in self.facets.items():
            within = self._within(facet)
            numbers = {value: (these & within).bit_count() for value, these in values.items()}
            if shown := {value: number for value, number in numbers.items() if number}:
                found.facets[facet] = shown
        for field in own:
            of_field = found.facets.setdefault(field.parameter, {})
            if without := self._within(field.parameter).bit_count() - sum(of_field.values()):
                of_field["none"] = without
        return found

    def _within(self, facet: str) -> int:
        """What the other filters leave."""
        if facet not in self.filters:
            return self.passing
        return bits.all_of((these for name, these in self.filters.items() if name != facet), self.outside)


def _answered(params: Params, packed: Sequence[Part]) -> dict[str, frozenset[str]]:
    """Filters in use that the columns answer, each with the values of which a workflow must have one."""
    linked = {name: frozenset(filter(None, params.get(name, ()))) for name in HELD}
    return {**told(params, packed), **{name: values for name, values in linked.items() if values}}


def _is_told(params: Params, asking: Asking, packed: Sequence[Part]) -> bool:
    return not conditions(params, asking).keys() - _answered(params, packed).keys()


def _sparse(asking: Asking) -> Iterator[tuple[str, str, Q]]:
    """Values that few rows have, each by its index."""
    yield from (("owner", value, part) for value, part in owner_states(asking).items())
    yield "incident", "open", with_open_incident(asking.user)
    yield "again", "yes", assess_again(asking.user)


def _numbers(kind: str, name: str, part: Q) -> Statement:
    found = Workflow.objects.filter(part).order_by().values("pk")
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return "SELECT %s, %s, NULL::bigint, NULL::bigint[]", [kind, name]
    return f"SELECT %s, %s, NULL::bigint, ARRAY({sql})", [kind, name, *params]


def _tab_counts(tabs: Mapping[str, Params], asking: Asking) -> Iterator[Statement]:
    """One small count for each, so that each uses the index that suits it."""
    for key, params in tabs.items():
        rows: Any = Workflow.objects.filter(all_of(conditions(params, asking))).order_by().values("pk")
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        yield f"SELECT '{TAB}', %s, count(*), NULL::bigint[] FROM ({sql}) AS counted", [key, *values]  # noqa: S608
