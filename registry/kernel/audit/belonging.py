"""What stands under a record, so that its chain holds everything that happened to it and to its parts.

Each application says for its own kinds of records what belongs to them; the audit page asks here and need not know
them. What was deleted stays in the chain: parts are found in their history, which outlives them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from registry.kernel.documents.models import Document

Rows = QuerySet[Any]
Parts = Callable[[str], Iterator[tuple[str, Rows]]]
"""Number of a record → kinds of its parts, each with a query of their numbers as text (`numbers`)."""
_parts: dict[str, list[Parts]] = defaultdict(list)


def declare(label: str, parts: Parts) -> None:
    """Said once for each application, when it starts."""
    if parts not in _parts[label]:
        _parts[label].append(parts)


def has_parts(label: str) -> bool:
    return bool(_parts.get(label))


def numbers(rows: Rows, column: str = "id") -> Rows:
    """The numbers that `rows` hold in `column`, as entries name them."""
    found: Rows = rows.order_by().annotate(own_key=Cast(column, CharField())).values("own_key")
    return found


def past(model: Any, **conditions: Any) -> Rows:
    """History rows of a kind of record: they outlive the records."""
    rows: Rows = model.history.model.objects.filter(**conditions)
    return rows


def under(label: str, number: str) -> dict[str, list[str]]:
    """The record and all that belongs to it, by kind, in one statement."""
    found: dict[str, set[str]] = defaultdict(set, {label: {number}})
    wanted = [
        _named(kind, rows) for parts in _parts.get(label, ()) if number.isdecimal() for kind, rows in parts(number)
    ]
    wanted.append(
        _named(Document._meta.label_lower, numbers(Document.objects.filter(object_type=label, object_id=number)))
    )
    for kind, part in wanted[0].union(*wanted[1:]):
        found[kind].add(part)
    return {kind: sorted(parts) for kind, parts in found.items()}


def chain(parts: Mapping[str, list[str]]) -> Q:
    """Which entries are about these records. Numbers are written out: so the index on kind and number serves them."""
    wanted = Q()
    for kind, found in parts.items():
        wanted |= Q(object_type=kind, object_id__in=found)
    return wanted


def _named(kind: str, rows: Rows) -> Rows:
    named: Rows = rows.annotate(kind=Value(kind, CharField()), part=F("own_key")).values_list("kind", "part")
    return named
