"""What list pages of this application share: facets that count what they would show, one page of rows, the tabs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict

ROWS = 50


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Chip:
    """A filter that is on, with what it takes to remove it."""

    name: str
    value: str
    label: str


def without(query: QueryDict, name: str) -> QueryDict:
    rest = query.copy()
    rest.pop(name, None)
    return rest


def one_page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """In the order asked for, or the one of the model; equal rows by number, so that no page repeats one."""
    order = rows.query.order_by or rows.model._meta.ordering
    return Paginator(rows.order_by(*order, "pk"), ROWS).get_page(request.GET.get("page"))


def choice_facet(
    query: QueryDict, name: str, rows: QuerySet[Any], field: str, labels: Iterable[tuple[str, Any]]
) -> list[Option]:
    """Every choice in its own order; those that would show nothing only when they are on."""
    counts = {row[field]: row["n"] for row in rows.order_by().values(field).annotate(n=Count("pk"))}
    chosen = query.getlist(name)
    return [
        Option(value, str(label), counts.get(value, 0), value in chosen)
        for value, label in labels
        if counts.get(value) or value in chosen
    ]


def record_facet(query: QueryDict, name: str, rows: QuerySet[Any], fields: Sequence[str], label: Any) -> list[Option]:
    """The records most rows belong to. `fields`: the key first, then what `label` makes its text from."""
    chosen = query.getlist(name)
    key = fields[0]
    counted = rows.filter(**{f"{key}__isnull": False}).order_by().values(*fields).annotate(n=Count("pk"))
    options = [
        Option(str(row[key]), str(label(row)), row["n"], str(row[key]) in chosen)
        for row in counted.order_by("-n", *fields)[:20]
    ]
    return sorted(options, key=lambda option: not option.is_selected)


def chips(query: QueryDict, facets: Mapping[str, Iterable[Option]]) -> list[Chip]:
    return [
        Chip(name, option.value, option.label)
        for name, options in facets.items()
        for option in options
        if option.is_selected
    ]
