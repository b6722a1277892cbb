"""What the affected workflows are made of, and what evidence of it is still missing."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from incidents.minimum_evidence import Item, Makeup, missing, needed
from incidents.models import Evidence, IncidentWorkflow
from registry.blast_radius import Validation
from registry.models import DownstreamAction, Surface


def figures() -> dict[str, ArraySubquery]:
    """What `checklist` needs, as parts of one query over incidents."""
    workflows = IncidentWorkflow.objects.filter(incident=OuterRef(OuterRef("pk"))).values("workflow")
    surfaces = Surface.objects.filter(workflow__in=workflows, is_active=True)
    actions = DownstreamAction.objects.filter(workflow__in=workflows, is_active=True)
    pieces = Evidence.objects.filter(incident=OuterRef("pk"), disposed_at__isnull=True)
    return {
        "surface_kinds": ArraySubquery(_distinct(surfaces, "kind")),
        "action_checks": ArraySubquery(_distinct(actions, "validation")),
        "evidence_kinds": ArraySubquery(_distinct(pieces, "kind")),
    }


def checklist(found: Mapping[str, Any]) -> list[tuple[Item, bool]]:
    """Each item of the minimum with whether there is a piece of it, from what `figures` found."""
    makeup = Makeup(
        surfaces=frozenset(found["surface_kinds"]),
        has_downstream=bool(found["action_checks"]),
        asks_approval=Validation.PERSON in found["action_checks"],
    )
    items = needed(makeup)
    lacking = missing(items, found["evidence_kinds"])
    return [(item, item not in lacking) for item in items]


def _distinct(rows: "QuerySet[Any]", name: str) -> "QuerySet[Any, Any]":
    return rows.order_by().values_list(name, flat=True).distinct()
