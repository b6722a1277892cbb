"""The state of the register is its address. Here it is read, and written in one plain form for saving and comparing."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from registry.filters.columns import SORT, Column, chosen, is_sort, ordered
from registry.filters.conditions import Asking, all_of, conditions, values_of
from registry.filters.workflows import WorkflowFilterSet
from registry.models import Workflow

SIZES = (25, 50, 100)
SIZE = 50
LONGEST = 2000
"""Characters of an address that can be saved."""


class Address:
    """One reading of `query` for the person of `request`: filters, columns, order and page size."""

    def __init__(self, query: QueryDict, request: HttpRequest) -> None:
        self.query = query
        self.filters = WorkflowFilterSet(query, Workflow.objects.all(), request=request)

    @cached_property
    def params(self) -> dict[str, list[str]]:
        return self.filters.params

    @cached_property
    def asking(self) -> Asking:
        return self.filters.asking

    @cached_property
    def conditions(self) -> Mapping[str, Any]:
        return conditions(self.params, self.asking)

    @cached_property
    def columns(self) -> list[Column]:
        keys = [key for part in self.query.getlist("cols") for key in part.split(",")]
        return chosen(keys, self.filters.own, self.usual)

    @property
    def usual(self) -> list[str]:
        """Columns of an address that names none: the reader's own. So a shared view shows each their own ones, unless
        it was saved with others.
        """
        return list(getattr(self.filters.request.user, "register_columns", ()))

    @property
    def is_usual(self) -> bool:
        return self.columns == chosen((), self.filters.own, self.usual)

    @property
    def notes(self) -> list[str]:
        """What was typed and cannot be understood, filter by filter, each as a sentence."""
        left_out = (
            f"{self.filters.filters[name].label}: {' '.join(str(message) for message in messages)}"
            for name, messages in self.filters.errors.items()
        )
        return [*self.filters.search.notes, *left_out]

    @property
    def sort(self) -> str:
        sort = self.query.get("sort", "")
        return sort if is_sort(sort) else SORT

    @property
    def size(self) -> int:
        size = self.query.get("size", "")
        return int(size) if size in map(str, SIZES) else SIZE

    @property
    def rows(self) -> QuerySet[Workflow]:
        """All rows of the view, in its order."""
        return ordered(Workflow.objects.filter(all_of(self.conditions)), self.sort)

    @cached_property
    def plain(self) -> str:
        """Only what says something, always in the same order: equal views have equal text."""
        pairs: list[tuple[str, str]] = []
        for name in self.filters.filters:
            pairs += [(name, value) for value in sorted(set(self.params.get(name, ())))]
        if self.sort != SORT:
            pairs.append(("sort", self.sort))
        if not self.is_usual:
            pairs.append(("cols", ",".join(column.key for column in self.columns)))
        if self.size != SIZE:
            pairs.append(("size", str(self.size)))
        return written(pairs)

    @property
    def has_typed_filters(self) -> bool:
        """Whether the search box holds filters that have a parameter of their own."""
        return bool(self.filters.search.filters) or self.filters.had_ranges


def written(pairs: Iterable[tuple[str, str]]) -> str:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query.urlencode(safe=",")


def params_of(text: str) -> Mapping[str, Sequence[str]]:
    """Filter → values of a saved address, as `conditions` reads them."""
    return values_of(QueryDict(text))
