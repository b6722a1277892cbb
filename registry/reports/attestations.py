"""The attestations of one workflow, for its pages and as plain data ready to be frozen."""

from typing import Any

from registry.models import Attestation, Workflow

LISTED = 200
"""A workflow asked about every month is followed for sixteen years."""


def of_workflow(workflow: Workflow) -> list[Attestation]:
    """Newest first."""
    rows = Attestation.objects.filter(workflow=workflow)
    people = ("campaign", "assignee", "handed_by", "attested_by", "excused_by")
    return list(rows.select_related(*people).order_by("-pk")[:LISTED])


def dossier(workflow: Workflow) -> list[dict[str, Any]]:
    return [_told(row) for row in of_workflow(workflow)]


def _told(row: Attestation) -> dict[str, Any]:
    return {
        "campaign": row.campaign.name,
        "due_date": row.campaign.due_date,
        "parts": row.campaign.part_labels,
        "state": str(row.get_state_display()),
        "asked": row.assignee.name if row.assignee else None,
        "attested_by": row.attested_by.name if row.attested_by else None,
        "attested_at": row.attested_at,
        "statement": row.statement or None,
        "workflow_version": row.workflow_version,
        "correction": row.correction or None,
        "handed_by": row.handed_by.name if row.handed_by else None,
        "handed_reason": row.handed_reason or None,
        "excused_reason": row.excused_reason or None,
    }
