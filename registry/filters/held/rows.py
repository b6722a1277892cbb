"""The values of workflows as the database has them now, for the columns in memory."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models import QuerySet

from registry.filters.conditions import LACKING, LACKS
from registry.filters.custom import value_in
from registry.filters.held.columns import Row, Values
from registry.filters.packing import number, with_derived
from registry.models import CustomField, Workflow
from registry.models.packed import Part, Unpacking

PARTS = tuple(LACKS)
NONE = "none"
"""Of a workflow without a unit, or without a vendor."""


def rows(packed: Sequence[Part], own: Sequence[CustomField], numbers: Collection[int] | None = None) -> Iterator[Row]:
    """Of all workflows, or of `numbers`: each several times, with other facets each time."""
    workflows = Workflow.objects.order_by()
    if numbers is not None:
        workflows = workflows.filter(pk__in=numbers)
    yield from _of_columns(workflows, packed)
    tags: dict[str, Values] = {}
    for pk, words in workflows.exclude(tags=[]).values_list("pk", "tags"):
        for word in words:
            yield pk, tags.setdefault(word, {"tag": [word]})
    if own:
        yield from _of_own(workflows.exclude(custom={}), own)


def _of_columns(workflows: QuerySet[Workflow], packed: Sequence[Part]) -> Iterator[Row]:
    unpacking = Unpacking(packed)
    known: dict[int, Values] = {}
    linked: dict[tuple[str, Any], Values] = {}
    lacking: dict[tuple[str, ...], Values] = {}
    columns: Any = workflows.annotate(number=number([*packed])).values_list(
        "pk", "number", "business_unit_id", "vendor_id", *PARTS
    )
    for pk, combined, unit, vendor, *parts in columns:
        if combined not in known:
            known[combined] = with_derived(unpacking.values(combined), more=True)
        yield pk, known[combined]
        states = tuple(parts)
        if states not in lacking:
            lacking[states] = {"lacks": [name for name, state in zip(PARTS, states, strict=True) if state in LACKING]}
        yield pk, lacking[states]
        for facet, value in (("unit", unit), ("vendor", vendor)):
            key = facet, value
            if key not in linked:
                linked[key] = {facet: [str(value) if value is not None else NONE]}
            yield pk, linked[key]


def _of_own(workflows: QuerySet[Workflow], own: Sequence[CustomField]) -> Iterator[Row]:
    known: dict[tuple[str, str], Values] = {}
    as_text = {f"v{n}": models.functions.Cast(value_in(each), models.TextField()) for n, each in enumerate(own)}
    for pk, *values in workflows.annotate(**as_text).values_list("pk", *as_text):
        for field, value in zip(own, values, strict=True):
            if value is not None:
                yield pk, known.setdefault((field.parameter, value), {field.parameter: [value]})
