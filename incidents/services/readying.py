"""Telling the register that an incident changed what the readiness of its workflows is judged by."""

from datetime import datetime

from incidents.models import Incident
from registry.models import Workflow
from registry.services.readiness import refresh_readiness


def follow_readiness(incident: Incident, *, at: datetime) -> None:
    """After its state, severity, visibility or review changed; in the same transaction, workflows in one order."""
    for workflow in Workflow.objects.filter(incident_links__incident=incident).order_by("pk"):
        refresh_readiness(workflow, at=at)
