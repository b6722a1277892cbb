"""Asking for reports and taking them."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.documents.making import freeze
from registry.kernel.http.errors import Conflict
from registry.models import Document, User
from reviews.policies.reports import may_download, may_make_report
from reviews.reports.incident_report import incident_report

INCIDENT_REPORT = "INCIDENT_REPORT"


def request_incident_report(incident: Incident, *, by: User, at: datetime) -> Document:
    """Freeze the record of `incident` as it is now, under a new number; the worker prints it."""
    require(may_make_report, by, incident)
    with transaction.atomic(), acting(user_id=by.pk):
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
        return freeze(
            kind=INCIDENT_REPORT,
            series=f"IR-{at.year}",
            title=_("Incident report %(reference)s") % {"reference": locked.reference},
            template="documents/incident_report.html",
            subject=locked,
            build=lambda number, version: incident_report(locked, number=number, version=version, by=by, at=at),
            by=by,
            at=at,
        )


def take(document: Document, *, by: User, at: datetime) -> Path:
    """Where the PDF lies; that it was taken is recorded first."""
    require(may_download, by, document)
    if document.pdf is None:
        raise Conflict(_("This report is still being made."))
    with acting(user_id=by.pk):
        note(
            "DOWNLOADED",
            at=at,
            object_type=document._meta.label_lower,
            object_id=document.pk,
            detail={"number": document.number, "sha256": document.pdf.sha256},
        )
    return document.pdf.path
