"""The approved baseline of a workflow and its drift from it, as plain data ready to be frozen."""

from typing import Any

from registry.drift import read
from registry.models import Workflow
from registry.reports.baselines import drift_of, lines, rows


def baseline(workflow: Workflow) -> dict[str, Any] | None:
    """Nothing where none is approved."""
    found = drift_of(workflow)
    if found is None or found.baseline.decided_by is None:
        return None
    approved = found.baseline
    return {
        "number": approved.number,
        "sha256": approved.sha256,
        "reason": approved.reason,
        "limits": approved.limits or None,
        "proposed_by": approved.proposed_by.name,
        "proposed_at": approved.proposed_at,
        "approved_by": found.baseline.decided_by.name,
        "approved_at": approved.decided_at,
        "decision_reason": approved.decision_reason,
        "surfaces": [
            {
                "kind": row["label"],
                "name": row["name"],
                "version": row["version"] or None,
                "digest": row["digest"] or None,
            }
            for row in rows(read(approved.content))
        ],
        "drift": [
            {"subject": line.subject, "change": line.change, "before": line.old or None, "after": line.new or None}
            for line in lines(found.differences)
        ],
    }
