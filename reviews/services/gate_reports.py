"""Asking for a request at a gate as a document, as it is now or as known at a moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.documents.making import freeze
from registry.models import Document, GateRequest, User
from reviews.models import ReportKind
from reviews.policies.reports import may_make_gate_report
from reviews.reports.gate_request import gate_request
from reviews.services.known_moments import require_known


def request_gate_report(
    request: GateRequest, *, by: User, at: datetime, known_at: datetime | None = None, correction: str = ""
) -> Document:
    """Frozen at once; the worker prints it. Raises ValidationError under `at` where nothing was known."""
    with transaction.atomic(), acting(user_id=by.pk):
        locked = GateRequest.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=request.pk)
        require(may_make_gate_report, by, locked)
        require_known(locked, known_at, at=at)
        return freeze(
            kind=ReportKind.GATE_REQUEST,
            series=f"GD-{at.year}",
            title=_("%(request)s of %(workflow)s") % {"request": locked, "workflow": locked.workflow.name},
            template="documents/gate_request.html",
            subject=locked,
            build=lambda number, version: gate_request(
                locked, number=number, version=version, by=by, at=at, known_at=known_at
            ),
            by=by,
            at=at,
            as_of=known_at,
            correction=correction,
        )
