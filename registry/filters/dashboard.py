"""The numbers of the dashboard: the same filters and conditions as the register, counted in four statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Least

from registry.filters.addresses import Address
from registry.filters.conditions import LACKS, SOON, Asking, all_of, attestation_states, blind, gap_states
from registry.filters.counting import Counts
from registry.filters.facets import count
from registry.filters.held import counting as held_counting
from registry.filters.held import figures as held_figures
from registry.filters.held import keeping
from registry.kernel.audit.asof import moment
from registry.models import CapabilityRecord, Workflow
from registry.models.capabilities import lapses
from registry.models.workflow_words import Tier

MOST_UNITS = 10
MOST_ENDING = 8
CRITICAL = (Tier.T1, Tier.T2)
OF_UNITS = {
    "critical": ("tier", tuple(str(tier) for tier in CRITICAL)),
    "overdue": ("gap", ("overdue",)),
    "late": ("attestation", ("overdue",)),
    "drifting": ("drift", ("yes",)),
    "blind": ("blind", ("yes",)),
}
"""What is counted of each unit, as facets and their values; `unit_conditions` says the same to the database."""


@dataclass(frozen=True)
class Unit:
    """One business unit; `pk` is None for the workflows that name none."""

    pk: int | None
    name: str
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Figures:
    counts: Counts
    matrix: Mapping[tuple[str, str], int]
    """(tier, stage) → workflows."""
    units: list[Unit]
    """Those with the most critical workflows first."""
    lacks: Mapping[str, int]
    """Part of readiness → workflows in which a demanded check of it fails or a proof is stale."""
    ending: list[CapabilityRecord]
    """What counts as met or accepted and will not within thirty days, the first to end first."""


def figures(address: Address) -> Figures:
    asking = address.asking
    rows = Workflow.objects.filter(all_of(address.conditions)).order_by()
    counts = count(address.params, {}, asking, whole=True)
    end_soon = list(ending(asking.today).filter(workflow__in=rows.values("pk"))[:MOST_ENDING])
    if moment() is None and keeping.is_usable():
        found = held_counting.narrowed(address.params, asking)
        units = held_figures.by_unit(found, OF_UNITS, first="critical", most=MOST_UNITS)
        return Figures(
            counts,
            held_figures.by_place(found),
            [Unit(*unit) for unit in units],
            held_figures.lacks(found, LACKS),
            end_soon,
        )
    by_place = _by_place(rows)
    return Figures(
        counts,
        {(row["tier"], row["stage"]): row["all"] for row in by_place},
        _units(rows, asking),
        {name: sum(row[f"n_{name}"] for row in by_place) for name in LACKS},
        end_soon,
    )


def _by_place(rows: QuerySet[Workflow]) -> list[Any]:
    """Of each tier and stage: how many, and how many lack each part of readiness."""
    lacks: dict[str, Any] = {f"n_{name}": Count("pk", filter=part) for name, part in LACKS.items()}
    return list(rows.values("tier", "stage").annotate(all=Count("pk"), **lacks))


def unit_conditions(asking: Asking) -> dict[str, Q]:
    """What is counted of each unit; the keys name columns of the page."""
    return {
        "critical": Q(tier__in=CRITICAL),
        "overdue": gap_states(asking.today)["overdue"],
        "late": attestation_states(asking.today)["overdue"],
        "drifting": Q(drift__gt=0),
        "blind": blind(),
    }


def _units(rows: QuerySet[Workflow], asking: Asking) -> list[Unit]:
    numbers: dict[str, Any] = {name: Count("pk", filter=part) for name, part in unit_conditions(asking).items()}
    counted: Any = rows.values("business_unit", "business_unit__name").annotate(all=Count("pk"), **numbers)
    return [
        Unit(row["business_unit"], row["business_unit__name"] or "", {name: row[name] for name in ("all", *numbers)})
        for row in counted.order_by("-critical", "-all", "business_unit__name")[:MOST_UNITS]
    ]


def ending(today: date) -> QuerySet[CapabilityRecord]:
    soon = CapabilityRecord.objects.required().filter(lapses(today, today + SOON)).exclude(workflow__stage="RETIRED")
    ends = Least("accepted_until_date", "proof_until_date")
    return soon.select_related("workflow", "owner").annotate(ends=ends).order_by("ends", "pk")
