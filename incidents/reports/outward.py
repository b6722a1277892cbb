"""An incident as the mappings to public frameworks are given it, read in a fixed number of statements."""

from datetime import datetime

from django.utils import timezone

from incidents.models import ContainmentAction, Evidence, Incident
from incidents.reports.identity import latest_moments
from incidents.standards.known import Known, System
from registry.models import Installation, Surface, User, Workflow

EVIDENCE = 200
"""Pieces that are named; an incident with more is summed up."""


def known_of(incident: Incident, *, by: User, at: datetime) -> Known:
    newest = incident.severity_assessments.order_by("-id").first()
    installation = Installation.objects.filter(pk=1).first() or Installation(pk=1)
    return Known(
        reference=incident.reference,
        title=incident.title,
        summary=incident.summary,
        harm_seen=incident.harm_seen,
        category=incident.category,
        kind=incident.kind,
        kind_label=str(incident.get_kind_display()),
        severity=incident.severity,
        organisation=installation.organisation,
        submitter=by.name,
        exported=timezone.localdate(at),
        inputs=newest.inputs if newest is not None else {},
        times={kind: moment.at for kind, moment in latest_moments(incident).items()},
        systems=tuple(_systems(incident)),
        facts=incident.facts,
        actions=tuple(_actions(incident)),
        evidence=tuple(_evidence(incident)),
    )


def _systems(incident: Incident) -> list[System]:
    rows = Workflow.objects.filter(incident_links__incident=incident).select_related("vendor", "business_unit")
    found = list(rows.order_by("-incident_links__is_primary", "incident_links__id"))
    models = Surface.objects.filter(workflow__in=found, kind=Surface.Kind.MODEL, is_active=True)
    versions: dict[int, list[str]] = {}
    for model in models.select_related("current").order_by("name"):
        if model.current is not None:
            versions.setdefault(model.workflow_id, []).append(f"{model.name} {model.current.label}")
    return [_system(row, ", ".join(versions.get(row.pk, []))) for row in found]


def _system(row: Workflow, version: str) -> System:
    return System(
        name=row.system_name or row.name,
        reference=row.reference,
        version=version,
        purpose=row.purpose,
        vendor=row.vendor.name if row.vendor is not None else "",
        unit=row.business_unit.name if row.business_unit is not None else "",
        affected_people=row.affected_people,
        autonomy=row.autonomy,
        impact=row.impact,
        is_public_facing=row.is_public_facing,
    )


def _actions(incident: Incident) -> list[str]:
    done = ContainmentAction.objects.filter(incident=incident).exclude(status=ContainmentAction.Status.FAILED)
    return [
        f"{timezone.localdate(row.executed_at).isoformat()}: {row.option.name} ({row.get_status_display()})"
        for row in done.select_related("option").order_by("executed_at", "id")
    ]


def _evidence(incident: Incident) -> list[str]:
    rows = Evidence.objects.filter(incident=incident, is_restricted=False).only("id", "kind").order_by("id")
    return [f"{row.reference}: {row.get_kind_display()}" for row in rows[:EVIDENCE]]
