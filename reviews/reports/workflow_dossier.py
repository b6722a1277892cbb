"""The workflow dossier: everything the registry says about one workflow at one moment."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.reports.identity import latest_moments, name_of, severity_mark
from incidents.times import TimeKind
from registry.models import AuditEntry, User, Workflow
from registry.reports import (
    attestations,
    organisation_rules,
    past,
    playbooks,
    vendors,
    workflow_baseline,
    workflow_history,
    workflow_record,
    workflow_watching,
)
from reviews.lifecycle import ActionState
from reviews.models import ActionItem
from reviews.reports.heading import heading
from reviews.reports.open_to_all import closed_now
from reviews.reports.trail import lines

SCHEMA = "holdfast.workflow-dossier/1"
MOST_LINES = 1500
"""Of the audit extract; a workflow with a longer history is told in full by an audit pack."""
SETTLED = (ActionState.VERIFIED, ActionState.EFFECTIVE, ActionState.CANCELLED, ActionState.RISK_ACCEPTED)


def workflow_dossier(
    workflow: Workflow, *, number: str, version: int, by: User, at: datetime, known_at: datetime | None = None
) -> dict[str, Any]:
    """As the record is now or, with `known_at`, as it was known then.

    Everybody may read it, so incidents that not everybody may see now are counted and not told.
    """
    readers = ("EVERYONE", _("Everyone who is signed in"))
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    closed = closed_now()
    with past.perhaps(known_at):
        found = Workflow.objects.get(pk=workflow.pk) if known_at else workflow
        return head | _record(found, closed, as_of=known_at or at)


def _record(workflow: Workflow, closed: list[int], *, as_of: datetime) -> dict[str, Any]:
    incidents = Incident.objects.of_workflow(workflow)
    shown = incidents.exclude(pk__in=closed)
    actions = ActionItem.objects.filter(workflow=workflow).exclude(incident__in=closed)
    told = [_action(row, as_of.date()) for row in actions.select_related("assignee", "incident", "verified_by")]
    return {
        "workflow": workflow_record.identity(workflow),
        "assessments": workflow_record.assessments(workflow),
        "readiness": workflow_record.readiness_of(workflow, as_of),
        "capabilities": workflow_record.capabilities(workflow, timezone.localdate(as_of)),
        "surfaces": workflow_record.surfaces(workflow),
        "baseline": workflow_baseline.baseline(workflow),
        "containment": workflow_record.containment(workflow, as_of),
        "watching": workflow_watching.watching(workflow, as_of),
        "downstream": workflow_watching.downstream(workflow),
        "vendor": vendors.dossier(workflow.vendor, timezone.localdate(as_of)),
        "attestations": attestations.dossier(workflow),
        "playbook": playbooks.dossier(workflow, as_of),
        "rules": organisation_rules.dossier(as_of),
        "incidents": [_incident(row) for row in shown.order_by("id")],
        "incidents_left_out": incidents.filter(pk__in=closed).count(),
        "open_actions": [row for row in told if row["is_open"]],
        "closed_actions": [row for row in told if not row["is_open"]],
        **_audit(workflow),
    }


def _incident(row: Incident) -> dict[str, Any]:
    latest = latest_moments(row)
    return {
        "reference": row.reference,
        "title": row.title,
        "kind": str(row.get_category_display()),
        "severity": severity_mark(row.severity),
        "state": str(row.get_state_display()),
        "is_exercise": row.is_exercise,
        "declared_at": row.declared_at,
        "contained_at": latest[TimeKind.CONTAINED].at if TimeKind.CONTAINED in latest else None,
        "resolved_at": latest[TimeKind.RESOLVED].at if TimeKind.RESOLVED in latest else None,
        "harm": row.harm_seen or None,
    }


def _action(row: ActionItem, today: date) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "title": row.title,
        "category": row.category_word,
        "incident": row.incident.reference if row.incident else None,
        "owner": row.assignee.name,
        "due_date": row.due_date,
        "state": _("Overdue") if row.is_overdue(today) else str(row.get_state_display()),
        "is_open": row.state not in SETTLED,
        "proof": row.proof or None,
        "verified_by": name_of(row.verified_by),
        "verified_at": row.verified_at,
    }


def _audit(workflow: Workflow) -> dict[str, Any]:
    rows = workflow_history.entries(workflow).defer("payload")
    total = rows.count()
    newest: list[AuditEntry] = list(rows[:MOST_LINES])
    return {"audit": lines(newest[::-1]), "audit_left_out": max(0, total - MOST_LINES)}
