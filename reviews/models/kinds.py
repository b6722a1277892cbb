"""The kinds of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    """Stored in `Document.kind`. What each is about, who may have it and how it is made follows from it."""

    INCIDENT_REPORT = "INCIDENT_REPORT", _("Incident report")
    INCIDENT_SUMMARY = "INCIDENT_SUMMARY", _("Incident summary")
    WORKFLOW_DOSSIER = "WORKFLOW_DOSSIER", _("Workflow dossier")
    GATE_REQUEST = "GATE_REQUEST", _("Request at a gate")
    INVENTORY = "INVENTORY", _("Inventory")
    AUDIT_PACK = "AUDIT_PACK", _("Audit pack")
