"""What the incident is: title, workflows, times, roles, facts."""

from datetime import timedelta
from typing import Any

from incidents.models import Incident, Moment
from incidents.reports.output_counts import reported
from incidents.times import TimeKind, durations
from registry.models import User, Workflow
from registry.models.workflow_words import Tier


def coded(code: str, label: object) -> dict[str, str]:
    return {"code": code, "label": str(label)}


def severity_mark(value: str) -> dict[str, str] | None:
    return coded(value.replace("-", ""), value) if value else None


def name_of(person: User | None) -> str | None:
    return person.name if person is not None else None


def identity(incident: Incident) -> dict[str, Any]:
    latest = latest_moments(incident)
    spans = durations({TimeKind(kind): moment.at for kind, moment in latest.items()})
    return {
        "reference": incident.reference,
        "title": incident.title,
        "kind": str(incident.get_category_display()),
        "class": str(incident.get_kind_display()),
        "state": str(incident.get_state_display()),
        "outcome": None,
        "severity": severity_mark(incident.severity),
        "is_exercise": incident.is_exercise,
        "summary": incident.summary,
        "workflows": [_workflow(link.workflow) for link in _links(incident)],
        "times": [_time(kind, latest.get(kind)) for kind in TimeKind if kind != TimeKind.OCCURRED or kind in latest],
        "durations": {
            "detect_seconds": _seconds(spans.detect),
            "contain_seconds": _seconds(spans.contain),
            "recover_seconds": _seconds(spans.recover),
        },
        "roles": [
            {
                "role": str(held.get_role_display()),
                "name": held.person.name,
                "from_at": held.started_at,
                "to_at": held.ended_at,
            }
            for held in incident.assignments.select_related("person").order_by("started_at", "id")
        ],
        "facts": [
            {"label": label, "text": str(text), "at": incident.facts_confirmed_at, "by": None}
            for label, text in incident.facts.items()
        ],
        "affected": {"summary": incident.harm_seen, **reported(incident)},
    }


def latest_moments(incident: Incident) -> dict[str, Moment]:
    """The newest row of each kind."""
    return {moment.kind: moment for moment in incident.moments.select_related("entered_by").order_by("id")}


def _links(incident: Incident) -> Any:
    return incident.links.select_related(
        "workflow__business_owner", "workflow__technical_owner", "workflow__business_unit", "workflow__vendor"
    )


def _workflow(workflow: Workflow) -> dict[str, Any]:
    owners = [workflow.business_owner, workflow.technical_owner]
    return {
        "reference": workflow.reference,
        "name": workflow.name,
        "tier": coded(workflow.tier, Tier(workflow.tier).label) if workflow.tier else None,
        "owners": list(dict.fromkeys(owner.name for owner in owners if owner is not None)),
        "unit": str(workflow.business_unit) if workflow.business_unit else None,
        "vendor": str(workflow.vendor) if workflow.vendor else None,
    }


def _time(kind: TimeKind, moment: Moment | None) -> dict[str, Any]:
    return {
        "code": str(kind),
        "label": kind.label,
        "at": moment.at if moment else None,
        "source": moment.source if moment else None,
        "precision": str(moment.get_precision_display()) if moment else None,
        "confidence": str(moment.get_confidence_display()) if moment else None,
        "entered_at": moment.entered_at if moment else None,
        "entered_by": moment.entered_by.name if moment else None,
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
