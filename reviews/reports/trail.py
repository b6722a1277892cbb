"""The audit extract of one incident: every recorded change of it and of everything under it, oldest first."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Evidence, EvidenceOpener, Incident, Redaction, TimelineEntry
from incidents.reports import proof
from registry.kernel.audit import belonging
from registry.kernel.audit.asof import present
from registry.kernel.audit.reading import Entry, entries_for
from registry.models import AuditEntry, Role


def trail(incident: Incident) -> list[dict[str, Any]]:
    """With everything that ever stood under the incident, deleted parts too.

    Read with the report, and therefore of the moment that the report is of.
    """
    parts = belonging.under(Incident._meta.label_lower, str(incident.pk))
    rows = list(AuditEntry.objects.filter(belonging.chain(parts)).defer("payload").order_by("id"))
    closed = _closed(incident)
    told = zip(rows, lines(rows), strict=True)
    return [_shortened(line) if (row.object_type, row.object_id) in closed else line for row, line in told]


def _closed(incident: Incident) -> set[tuple[str, str]]:
    """Restricted pieces of evidence, what is about one, and the entries of the timeline that name one."""
    restricted = proof.restricted_keys(incident)
    numbers = [int(pk) for pk in restricted]
    with present():
        naming = incident.timeline.filter(data__evidence__in=numbers)
        entries = {(TimelineEntry._meta.label_lower, str(pk)) for pk in naming.values_list("pk", flat=True)}
        about = [
            (model._meta.label_lower, str(pk))
            for model, rows in (
                (Redaction, Redaction.objects.filter(copy__in=numbers)),
                (EvidenceOpener, EvidenceOpener.objects.filter(evidence__in=numbers)),
            )
            for pk in rows.values_list("pk", flat=True)
        ]
    return {(Evidence._meta.label_lower, pk) for pk in restricted} | entries | set(about)


def _shortened(line: dict[str, Any]) -> dict[str, Any]:
    """A report has more readers than restricted evidence: of it and of what names it, only that it changed."""
    return {**line, "object": _("Restricted evidence"), "changes": [], "details": [], "reason": None}


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
        "kind": entry.kind,
        "action": entry.event_label if entry.event else entry.kind_label,
        "changes": [
            {"field": change.label, "before": change.old or None, "after": change.new or None}
            for change in entry.changes
        ],
        "details": [{"label": label, "text": text} for label, text in entry.details],
        "reason": entry.reason or None,
        "origin": f"{entry.origin.lower()} {entry.unit_id[:12]}".strip(),
        "entry": {"id": row.pk, "leaf_hash": bytes(row.leaf_hash).hex()},
    }


def _roles(row: AuditEntry, entry: Entry) -> str:
    """As sealed; for entries of a time before roles were sealed, those held now."""
    if row.roles:
        return ", ".join(str(dict(Role.choices).get(role, role)) for role in row.roles)
    return ", ".join(entry.actor.role_labels) if entry.actor is not None else ""
