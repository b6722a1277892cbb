"""What was done: severity, timeline, containment, changes of state, the frozen state."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import ContainmentAction, Incident, TimelineEntry
from incidents.reports.identity import name_of, severity_mark
from incidents.severity_inputs import (
    Autonomy,
    BlastRadius,
    DataInvolved,
    Exposure,
    Harm,
    Recurrence,
    Reversibility,
)
from registry.reports.control import asks_of

INPUTS = {
    "harm": (gettext_lazy("Harm"), Harm),
    "reversibility": (gettext_lazy("Reversibility"), Reversibility),
    "blast_radius": (gettext_lazy("Blast radius"), BlastRadius),
    "exposure": (gettext_lazy("Exposure"), Exposure),
    "data": (gettext_lazy("Data"), DataInvolved),
    "recurrence": (gettext_lazy("Recurrence"), Recurrence),
    "autonomy": (gettext_lazy("Autonomy"), Autonomy),
}


def severity_history(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.severity_assessments.select_related("by", "scale").order_by("id")
    return [
        {
            "number": number,
            "inputs": [
                *_chosen(row.inputs),
                {"label": _("Unsure"), "value": _("Yes") if row.inputs.get("unsure") else _("No")},
            ],
            "proposed": severity_mark(row.proposed),
            "proposed_reasons": [str(reason) for reason in row.reasons],
            "confirmed": severity_mark(row.confirmed),
            "reason": row.reason,
            "difference_reason": row.reason if row.proposed != row.confirmed else None,
            "rule_set": str(row.scale),
            "by": row.by.name,
            "at": row.at,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _chosen(inputs: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": str(label), "value": scale(inputs[key]).label if inputs.get(key) in list(scale) else "–"}
        for key, (label, scale) in INPUTS.items()
    ]


def timeline(incident: Incident) -> list[dict[str, Any]]:
    """Oldest first, as a reader follows it."""
    rows = list(incident.timeline.select_related("author", "supersedes", "superseded_by").order_by("occurred_at", "id"))
    return [_entry(row) for row in rows]


def entry_reference(pk: int) -> str:
    return f"TL-{pk:05d}"


def _entry(row: TimelineEntry) -> dict[str, Any]:
    newer = getattr(row, "superseded_by", None)
    return {
        "reference": entry_reference(row.pk),
        "event_at": row.occurred_at,
        "entered_at": row.entered_at,
        "kind": str(row.get_kind_display()),
        "author": name_of(row.author) or "Holdfast",
        "text": row.text,
        "is_automatic": row.is_automatic,
        "is_pinned": row.pinned_at is not None,
        "supersedes": entry_reference(row.supersedes_id) if row.supersedes_id else None,
        "superseded_by": entry_reference(newer.pk) if newer else None,
        "decision": _decision(row),
    }


def _decision(row: TimelineEntry) -> dict[str, Any] | None:
    if row.kind != TimelineEntry.Kind.DECISION:
        return None
    consulted = row.data.get("consulted") or []
    revisit = row.data.get("revisit_at")
    return {
        "consulted": consulted if isinstance(consulted, list) else [str(consulted)],
        "rejected": row.data.get("rejected") or None,
        "revisit_at": parse_datetime(revisit) if isinstance(revisit, str) and revisit else None,
    }


def containment(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.containment_actions.select_related(
        "option", "workflow", "executed_by", "confirmed_by", "reverted_by", "restriction__release_asked_by"
    ).order_by("id")
    return [_action(row) for row in rows]


def _action(row: ContainmentAction) -> dict[str, Any]:
    limiting = row.restriction
    return {
        "sets": asks_of(limiting.sets) if limiting is not None else [],
        "revision": limiting.revision or None if limiting is not None else None,
        "received_at": limiting.received_at if limiting is not None else None,
        "received_by": limiting.received_by if limiting is not None else None,
        "release_asked_by": name_of(limiting.release_asked_by) if limiting is not None else None,
        "option": row.option.name,
        "kind": str(row.option.get_kind_display()),
        "workflow": f"{row.workflow.reference} {row.workflow.name}",
        "status": str(row.get_status_display()),
        "executed_at": row.executed_at,
        "executed_by": row.executed_by.name,
        "confirmed_at": row.confirmed_at,
        "confirmed_by": name_of(row.confirmed_by),
        "reverted_at": row.reverted_at,
        "reverted_by": name_of(row.reverted_by),
        "proof": row.proof,
        "reason": row.reason,
    }


def transitions(incident: Incident) -> list[dict[str, Any]]:
    return [
        {
            "from_state": str(row.get_source_display()),
            "to_state": str(row.get_target_display()),
            "at": row.at,
            "by": row.by.name,
            "reason": row.reason,
            "overrides": [
                {
                    "gate": str(gate.get("sentence", gate) if isinstance(gate, dict) else gate),
                    "by": row.by.name,
                    "reason": row.reason,
                }
                for gate in row.overridden
            ],
        }
        for row in incident.passages.select_related("by").order_by("id")
    ]


def snapshot(incident: Incident) -> dict[str, Any] | None:
    """The state frozen first, which is the state at declaration."""
    first = incident.snapshots.select_related("workflow").order_by("id").first()
    if first is None:
        return None
    return {
        "taken_at": first.taken_at,
        "taken_by": "Holdfast",
        "surfaces": [
            {
                "workflow": first.workflow.reference,
                "kind": str(surface.get("kind_label") or surface.get("kind", "")),
                "name": str(surface.get("name", "")),
                "version": str(surface.get("current") or "–"),
                "is_known_good": bool(surface.get("is_at_known_good")),
                "changed_at": parse_datetime(surface["changed_at"]) if surface.get("changed_at") else None,
                "sha256": surface.get("digest") or None,
            }
            for surface in first.content.get("surfaces", [])
        ],
    }
