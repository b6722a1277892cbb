"""Everything that ever changed in an incident and in what belongs to it, from the site-wide index."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from incidents.models import (
    AffectedOutput,
    BacklogReading,
    Communication,
    ContainmentAction,
    Evidence,
    EvidenceRequest,
    GovernedSnapshot,
    Incident,
    IncidentWorkflow,
    MessageApproval,
    Moment,
    Obligation,
    OutputList,
    OutputSample,
    Passage,
    PhaseTrack,
    Reach,
    RoleAssignment,
    RoomAccess,
    SentenceTie,
    SeverityAssessment,
    TimelineEntry,
)
from registry.kernel.audit.reading import Entry
from registry.models import AuditEntry

BELOW = (
    BacklogReading,
    Communication,
    ContainmentAction,
    Evidence,
    EvidenceRequest,
    GovernedSnapshot,
    IncidentWorkflow,
    MessageApproval,
    Moment,
    Obligation,
    OutputList,
    OutputSample,
    Passage,
    PhaseTrack,
    Reach,
    RoleAssignment,
    RoomAccess,
    SentenceTie,
    SeverityAssessment,
    TimelineEntry,
)
"""What belongs to an incident and has a history of its own."""
ONE_BY_ONE = (AffectedOutput,)
"""What belongs to it in such numbers that its history is read record by record, not among the incident's own."""
HIDDEN = frozenset(
    {"search", "facts", "inputs", "reasons", "content", "data", "overridden", "sentence_key", "evidence", "entry"}
)
"""Kept for programs; the timeline says the same in words."""


def entries(incident: Incident, kind: str = "") -> QuerySet[AuditEntry]:
    """Index rows of the incident and all below it, newest first. `kind` is a label such as incidents.evidence."""
    wanted = (
        Q(object_type="incidents.incident", object_id=str(incident.pk)) if kind in ("", "incidents.incident") else Q()
    )
    for model in BELOW:
        label = label_of(model)
        if kind in ("", label):
            wanted |= Q(object_type=label, object_id__in=_keys(model, incident))
    return AuditEntry.objects.filter(wanted).order_by("-id") if wanted else AuditEntry.objects.none()


def pieces_of(lines: Iterable[AuditEntry | Entry]) -> set[int]:
    """Numbers of the evidence that lines of a history are about."""
    return {int(line.object_id) for line in lines if line.object_type == label_of(Evidence)}


def label_of(model: Any) -> str:
    return str(model._meta.label_lower)


def for_people(read: Iterable[Entry], is_closed: Callable[[Entry], bool]) -> list[Entry]:
    """Without fields that only programs read; of closed entries only that they are there."""
    return [_shortened(entry, is_closed(entry)) for entry in read]


def _shortened(entry: Entry, is_closed: bool) -> Entry:
    kept = () if is_closed else tuple(change for change in entry.changes if change.field not in HIDDEN)
    title = entry.title if not is_closed else label_of(Evidence).partition(".")[2]
    closed = {"reason": "", "detail": None} if is_closed else {}
    return Entry(**{**entry.__dict__, "changes": kept, "title": title, **closed})


def _keys(model: Any, incident: Incident) -> Any:
    rows = model.history.model.objects.filter(incident_id=incident.pk).order_by()
    return rows.annotate(key=Cast("id", CharField())).values("key")
