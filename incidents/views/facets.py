"""Counts beside the answers of a filter, each under everything chosen in the other filters, in one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Combination:
    """How many rows have exactly these values, one for each facet."""

    values: Mapping[str, str]
    count: int


def combinations(rows: QuerySet[Any], fields: Mapping[str, str]) -> list[Combination]:
    """All combinations of `fields` (facet → column) among `rows`."""
    columns = list(fields.values())
    grouped = rows.order_by().values(*columns).annotate(facet_count=Count("pk"))
    return [
        Combination({name: symbol(row[column]) for name, column in fields.items()}, row["facet_count"])
        for row in grouped
    ]


def symbol(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def matching(found: Iterable[Combination], chosen: Mapping[str, Sequence[str]], but: str = "") -> int:
    """Rows that satisfy every facet with a choice, `but` left out."""
    return sum(
        each.count
        for each in found
        if all(each.values[name] in values for name, values in chosen.items() if values and name != but)
    )


def facet(
    name: str,
    label: Any,
    choices: Iterable[tuple[Any, Any]],
    found: Sequence[Combination],
    chosen: Mapping[str, Sequence[str]],
) -> Facet:
    options = []
    for value, text in choices:
        same = [each for each in found if each.values[name] == str(value)]
        count = matching(same, chosen, but=name)
        is_selected = str(value) in chosen.get(name, ())
        if same or is_selected:
            options.append(Option(str(value), str(text), count, is_selected))
    return Facet(name, str(label), options)
