"""The audit extract of one incident: every recorded change of it and of everything under it, oldest first."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from incidents.models import Incident
from registry.kernel.audit.reading import Entry, entries_for
from registry.models import AuditEntry, Role
from reviews.models import ActionItem, Review

PARTS = (
    "links",
    "access",
    "assignments",
    "passages",
    "moments",
    "phases",
    "severity_assessments",
    "timeline",
    "containment_actions",
    "snapshots",
    "evidence",
    "communications",
    "obligations",
)
"""Relations of an incident whose history belongs to its record."""

VERBS = {"+": "Created", "~": "Changed", "-": "Deleted", "E": "Event"}


def entries_of(incident: Incident) -> Q:
    """Which rows of the site-wide index belong to this incident."""
    found = Q(object_type="incidents.incident", object_id=str(incident.pk))
    for part in PARTS:
        related = getattr(incident, part)
        found |= Q(object_type=related.model._meta.label_lower, object_id__in=_keys(related.all()))
    actions = ActionItem.objects.filter(incident=incident)
    reviews = Review.objects.filter(incident=incident)
    return (
        found
        | Q(object_type="reviews.actionitem", object_id__in=_keys(actions))
        | Q(object_type="reviews.review", object_id__in=_keys(reviews))
    )


def _keys(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def trail(incident: Incident) -> list[dict[str, Any]]:
    return lines(list(AuditEntry.objects.filter(entries_of(incident)).defer("payload").order_by("id")))


def lines(rows: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Index rows as a printed record cites them, in a number of queries that does not grow with their number."""
    return [_line(row, entry) for row, entry in zip(rows, entries_for(rows), strict=True)]


def _line(row: AuditEntry, entry: Entry) -> dict[str, Any]:
    """`entry` names the sealed entry behind the line, by which its proof is found."""
    return {
        "at": entry.at,
        "by": entry.actor.name if entry.actor is not None else "Holdfast",
        "role": _roles(row, entry) or None,
        "object": entry.title,
        "action": VERBS.get(entry.kind, entry.kind) if not entry.event else entry.event.replace("_", " ").capitalize(),
        "changes": [
            {"field": change.label, "before": change.old or None, "after": change.new or None}
            for change in entry.changes
        ],
        "reason": entry.reason or None,
        "origin": f"{entry.origin.lower()} {entry.unit_id[:12]}".strip(),
        "entry": {"id": row.pk, "leaf_hash": bytes(row.leaf_hash).hex()},
    }


def _roles(row: AuditEntry, entry: Entry) -> str:
    """As sealed; for entries of a time before roles were sealed, those held now."""
    if row.roles:
        return ", ".join(str(dict(Role.choices).get(role, role)) for role in row.roles)
    return ", ".join(entry.actor.role_labels) if entry.actor is not None else ""
