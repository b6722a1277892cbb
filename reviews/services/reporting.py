"""Asking for reports and taking them."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.documents import binding
from registry.kernel.documents.delays import NoCheckpointYet
from registry.kernel.documents.making import freeze
from registry.kernel.documents.packs import ZIP
from registry.kernel.http.errors import Conflict
from registry.models import Document, User
from reviews.models import ReportKind
from reviews.policies.reports import may_download, may_make_report
from reviews.reports.incident_report import incident_report
from reviews.services.known_moments import require_known


def request_incident_report(
    incident: Incident, *, by: User, at: datetime, known_at: datetime | None = None, correction: str = ""
) -> Document:
    """Freeze the record of `incident` as it is now, or as known at `known_at`; the worker prints it."""
    require(may_make_report, by, incident)
    require_known(incident, known_at, at=at)
    with transaction.atomic(), acting(user_id=by.pk):
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
        return freeze(
            kind=ReportKind.INCIDENT_REPORT,
            series=f"IR-{at.year}",
            title=_("Incident report %(reference)s") % {"reference": locked.reference},
            template="documents/incident_report.html",
            subject=locked,
            build=lambda number, version: incident_report(
                locked, number=number, version=version, by=by, at=at, known_at=known_at
            ),
            by=by,
            at=at,
            as_of=known_at,
            correction=correction,
        )


def latest_report(incident: Incident) -> Document | None:
    """The newest report of `incident`, which another one would supersede."""
    return (
        Document.objects.filter(
            kind=ReportKind.INCIDENT_REPORT, object_type=incident._meta.label_lower, object_id=str(incident.pk)
        )
        .order_by("-id")
        .first()
    )


def take(document: Document, *, by: User, at: datetime) -> BinaryIO:
    """What was made; that it was taken is recorded first."""
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
    return document.pdf.open()


def proof_of_issue(document: Document, *, by: User) -> bytes:
    """What shows, offline and to anybody who holds the file, that the ledger names it."""
    require(may_download, by, document)
    if document.pdf is None:
        raise Conflict(_("This report is still being made."))
    try:
        return binding.proof_of_issue(document)
    except NoCheckpointYet:
        raise Conflict(_("The ledger signs for it within seconds. Try again in a moment.")) from None


def proof_name_of(document: Document) -> str:
    return f"{document.number}.issued.json"


def filename_of(document: Document) -> str:
    return f"{document.number}.zip" if document.media_type == ZIP else f"{document.number}.pdf"
