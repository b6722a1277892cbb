"""Facets of few values as parts of one whole number, so that the database counts their combinations in one pass.

Grouping by twenty columns makes it sort every row; grouping by one number it does by hashing, five times as fast.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import BigIntegerField, Case, Q, Value, When

from registry.filters.conditions import (
    BLIND,
    DRIFT,
    GONE,
    NOBODY,
    NOT_TIERED,
    ORPHANED,
    READY,
    Asking,
    attestation_states,
    gap_states,
    mine,
    review_states,
)
from registry.filters.open_work import with_open_incident
from registry.models.workflows import Answer, Impact, Stage, Tier

BITS = 62
"""Of a whole number in the database, so that it is never negative."""


@dataclass(frozen=True)
class Part:
    """Values of one facet of which a row has one, the first that is true, or none."""

    facet: str
    values: Mapping[str, Q]

    @property
    def bits(self) -> int:
        return len(self.values).bit_length()


def parts(asking: Asking) -> list[Part]:
    today = asking.today
    owner = {"me": mine(asking.user), "none": NOBODY, "orphan": ORPHANED, "gone": GONE}
    return [
        Part("tier", {**{tier: Q(tier=tier) for tier in Tier.values}, NOT_TIERED: Q(tier="")}),
        Part("stage", {stage: Q(stage=stage) for stage in Stage.values}),
        Part("impact", {impact: Q(impact=impact) for impact in Impact.values}),
        Part("public", {answer: Q(is_public_facing=answer) for answer in Answer.values}),
        Part("personal", {answer: Q(uses_personal_data=answer) for answer in Answer.values}),
        Part("review", review_states(today)),
        *(Part("owner", {value: part}) for value, part in owner.items()),
        Part("incident", {"open": with_open_incident(asking.user)}),
        Part("blind", {"yes": BLIND, "no": ~BLIND}),
        Part("ready", READY),
        *(Part("gap", {value: part}) for value, part in gap_states(today).items()),
        Part("drift", DRIFT),
        Part("attestation", attestation_states(today)),
    ]


PACKED = (
    "tier", "stage", "impact", "public", "personal", "review", "owner", "incident", "blind", "ready", "gap", "drift",
    "attestation",
)  # fmt: skip
"""The facets of `parts`."""


def pack(packed: Sequence[Part]) -> Any:
    """One expression: of each part the number of its value, counted from one, in bits of its own."""
    at, terms = 0, []
    for part in packed:
        cases = [When(when, then=Value(n << at)) for n, when in enumerate(part.values.values(), 1)]
        terms.append(Case(*cases, default=Value(0), output_field=BigIntegerField()))
        at += part.bits
    if at > BITS:
        raise ValueError("More facets than fit into one number: pack them into two.")
    return reduce(add, terms) if terms else Value(0, BigIntegerField())


def unpack(packed: Sequence[Part], number: int) -> Iterator[tuple[str, str]]:
    """(facet, value) of each part that has one."""
    for part in packed:
        place = number & ((1 << part.bits) - 1)
        if place:
            yield part.facet, list(part.values)[place - 1]
        number >>= part.bits
