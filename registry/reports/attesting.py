"""What of an entry is attested: which records make up each part, what they say, and what changed since last time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from registry.attesting import Part, digest_of, is_unchanged, whole_of
from registry.kernel.audit.comparing import Group, Kind, differences
from registry.kernel.audit.loading import load
from registry.kernel.audit.reading import fields_of
from registry.models import (
    Attestation,
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    DownstreamAction,
    GapAcceptance,
    Signal,
    Surface,
    SurfaceVersion,
    TierAssessment,
    Workflow,
)
from registry.models.containment import ContainmentExecutor
from registry.models.workflow_lists import ASIDE
from registry.reports.workflow_history import UNREAD

OF_PART: Mapping[str, Sequence[tuple[Any, str]]] = {
    Part.RECORD: ((Workflow, "id"),),
    Part.TIER: ((TierAssessment, "workflow_id"),),
    Part.SURFACES: (
        (Surface, "workflow_id"),
        (SurfaceVersion, "surface__workflow_id"),
        (Baseline, "workflow_id"),
    ),
    Part.CONTAINMENT: ((ContainmentOption, "workflow_id"), (ContainmentExecutor, "option__workflow_id")),
    Part.SIGNALS: ((Signal, "workflow_id"), (DownstreamAction, "workflow_id")),
    Part.CAPABILITIES: ((CapabilityRecord, "workflow_id"), (GapAcceptance, "workflow_id")),
}
"""Part → kinds of records in it, each with the way to the number of its workflow."""
MOVES_BY_ITSELF = {
    "registry.workflow": frozenset(
        {"drift", "production_basis", "readiness", "seen", "stopped", "explained", "improved", *ASIDE}
    ),
    "registry.signal": frozenset({"last_seen_at"}),
}
"""Fields that nobody states: copied from other records, or set when something is heard of."""
Prints = dict[str, str]
"""Part → digest of what its records say."""


@dataclass(frozen=True)
class Shown:
    """What one attestation is about: `prints` are those of now, `earlier` is what was signed last, if anything was."""

    row: Attestation
    prints: Prints
    earlier: Attestation | None

    @property
    def digest(self) -> str:
        return whole_of(self.prints)

    @property
    def is_unchanged(self) -> bool:
        return is_unchanged(self.prints, self.earlier.seen if self.earlier else None)

    def changes(self, now: datetime) -> list[Group]:
        return changes_since(self.earlier, self.row.campaign.parts, now) if self.earlier else []


def shown(row: Attestation) -> Shown:
    """`earlier` of a signed one is what was signed before it."""
    rows = Attestation.objects.filter(workflow=row.workflow_id, state=Attestation.State.ATTESTED).exclude(pk=row.pk)
    if row.attested_at is not None:
        rows = rows.filter(attested_at__lt=row.attested_at)
    earlier = rows.select_related("attested_by", "campaign", "workflow").order_by("-attested_at", "-pk").first()
    return Shown(row, prints_of([row.workflow_id], row.campaign.parts)[row.workflow_id], earlier)


def shown_many(rows: Sequence[Attestation]) -> list[Shown]:
    """One query for each campaign among them, and one for what was signed last."""
    newest = newest_of(row.workflow_id for row in rows)
    parts: dict[int, list[str]] = {row.campaign_id: row.campaign.parts for row in rows}
    asked: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        asked[row.campaign_id].append(row.workflow_id)
    prints = {pk: prints_of(workflows, parts[pk]) for pk, workflows in asked.items()}
    return [Shown(row, prints[row.campaign_id][row.workflow_id], newest.get(row.workflow_id)) for row in rows]


def _unread(label: str) -> frozenset[str]:
    return UNREAD.get(label, frozenset()) | MOVES_BY_ITSELF.get(label, frozenset())


def kinds(workflow: Workflow, parts: Iterable[str]) -> list[Kind]:
    """As for the difference between two moments, of these parts only."""
    wanted = set(parts)
    return [
        Kind(model, Q(**{way: workflow.pk}), _unread(model._meta.label_lower), title=_title)
        for part in Part
        if part in wanted
        for model, way in OF_PART[part]
    ]


def _title(record: Any) -> object:
    if isinstance(record, TierAssessment):
        return record.tier
    if isinstance(record, GapAcceptance):
        return record.get_capability_display()
    return f"#{record.user_id}" if isinstance(record, ContainmentExecutor) else str(record)


def prints_of(workflows: Iterable[int], parts: Iterable[str]) -> dict[int, Prints]:
    """Workflow → part → digest of what its records say now, for any number of workflows in one statement."""
    numbers, wanted = list(workflows), [part for part in Part if part in set(parts)]
    place = {model._meta.label: part for part in wanted for model, _way in OF_PART[part]}
    rows: dict[tuple[int, str], list[Any]] = defaultdict(list)
    queries = [
        model._base_manager.filter(**{f"{way}__in": numbers}).annotate(of_workflow=F(way))
        for part in wanted
        for model, way in OF_PART[part]
    ]
    for row in load(queries):
        label = row._meta.label
        rows[(row.of_workflow, place[label])].append((label, row.pk, _said(row)))
    return {number: {part.value: digest_of(rows[(number, part)]) for part in wanted} for number in numbers}


def _said(row: Any) -> dict[str, Any]:
    unread = _unread(row._meta.label_lower)
    fields = (each for each in fields_of(type(row)) if each.name not in unread and not each.generated)
    return {each.attname: getattr(row, each.attname) for each in fields}


def newest_of(workflows: Iterable[int]) -> dict[int, Attestation]:
    """Workflow → the attestation that was signed last."""
    rows = Attestation.objects.filter(workflow__in=list(workflows), state=Attestation.State.ATTESTED)
    newest = rows.order_by("workflow_id", "-attested_at", "-id").distinct("workflow_id")
    return {row.workflow_id: row for row in newest.select_related("attested_by", "campaign")}


def signed_at(attestation: Attestation) -> datetime:
    """When the signature was written down: what the record said then is what was signed."""
    rows = Attestation.history.filter(id=attestation.pk, state=Attestation.State.ATTESTED)
    found: datetime = rows.order_by("history_id").values_list("history_date", flat=True)[0]
    return found


def changes_since(attestation: Attestation, parts: Iterable[str], now: datetime) -> list[Group]:
    """What of these parts of its workflow is not as it was when `attestation` was signed."""
    return differences(kinds(attestation.workflow, parts), signed_at(attestation), now, {})
