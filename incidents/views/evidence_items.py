"""One piece of evidence: its chain of custody, checking it, reading it, holding it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.containment import RecordedReason
from incidents.forms.retention import ReclassifyForm
from incidents.models import CustodyEvent, Evidence, Redaction
from incidents.policies import evidence as policies
from incidents.policies.evidence_requests import may_ask
from incidents.policies.incidents import may_see_list
from incidents.policies.redactions import may_decide, may_redact
from incidents.policies.retention import may_reclassify, may_see_reviews
from incidents.services import evidence, reading, retention
from incidents.tracing import address_of
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.audit.reading import entries_for
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

OPENINGS = 50
"""The newest that the page shows; the API lists all."""


def found(request: SignedInRequest, pk: int) -> Evidence:
    rows = Evidence.objects.select_related("file", "collected_by", "redaction_of__incident", "request")
    row: Evidence = visible_row(request.user, rows, pk)
    return row


@page(may_see_list, "GET")
def piece(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    now = timezone.now()
    evidence.view(row, by=request.user, at=now)
    fetching = list(row.fetching.select_related("person").prefetch_related("pieces")) if row.link else []
    chain = list(CustodyEvent.objects.filter(evidence=row).select_related("by").order_by("-id"))
    redaction = Redaction.objects.filter(copy=row).select_related("made_by", "decided_by").first()
    incident = opened(request.user, row.incident_id)
    context = frame(incident, request.user, "evidence", now) | {
        "piece": row,
        "review": retention.open_review(row) if may_see_reviews(request.user) else None,
        "is_kept": row.custody != Evidence.Custody.DISPOSED,
        "chain": chain,
        "copies": Evidence.objects.filter(redaction_of=row).select_related("redaction__made_by").order_by("pk"),
        "may_redact": may_redact(request.user, row),
        "may_decide": may_decide(request.user, row) if redaction is not None else None,
        "fetching": fetching,
        "is_fetching": any(each.is_waiting for each in fetching),
        "may_ask": may_ask(request.user, row.incident),
        "redaction": redaction,
        "hold": next((each for each in chain if each.kind == CustodyEvent.Kind.HELD), None),
        "named": row.openers.filter(ended_at__isnull=True).select_related("person", "named_by"),
        "openings": entries_for(list(reading.openings_of(row)[:OPENINGS])) if row.is_restricted else (),
        "may_name": policies.may_name(request.user, row),
        "trace_link": address_of(settings.TRACE_LINK, trace_id=row.trace_id, span_id=row.span_id, run_id=row.run_id),
        "may_download": policies.may_download(request.user, row),
        "may_reclassify": may_reclassify(request.user, row),
        "may_verify": policies.may_verify(request.user, row),
        "may_hold": policies.may_release(request.user, row) if row.is_on_hold else policies.may_hold(request.user, row),
    }
    return render(request, "incidents/room/piece.html", context)


@page(may_see_list, "POST")
def verify(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    custody = evidence.verify(row, by=request.user, at=timezone.now())
    words = {"piece": row.reference, "custody": Evidence.Custody(custody).label}
    say = messages.success if custody == Evidence.Custody.VERIFIED else messages.error
    say(request, _("%(piece)s: %(custody)s.") % words)
    return redirect("evidence", pk)


@page(may_see_list, "POST")
def take(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The bytes as they were received, always as an attachment, and never as something a browser would run."""
    row = found(request, pk)
    stream = evidence.open_for_reading(row, by=request.user, at=timezone.now())
    name = row.filename or row.reference
    size = row.file.size if row.file else None
    answer = download(request, stream, filename=name, content_type="application/octet-stream", size=size)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page(may_see_list, "GET", "POST")
def hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a legal hold on, or lift it: whichever is not so now."""
    row = found(request, pk)
    lifts = row.is_on_hold
    require(policies.may_release if lifts else policies.may_hold, request.user, row)
    form = RecordedReason(request.POST or None, label=_("Why the hold ends") if lifts else _("Why it must be kept"))

    def service(given: dict[str, Any]) -> Evidence:
        decide = evidence.release if lifts else evidence.hold
        return decide(row, by=request.user, at=timezone.now(), reason=given["reason"])

    question = Question(
        title=_("Lift the legal hold") if lifts else _("Put on legal hold"),
        submit=_("Lift the hold") if lifts else _("Put on hold"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        about=row.reference,
        is_dangerous=lifts,
    )
    return ask(request, row.incident_id, question, form, service, said=_("Recorded."))


@page(may_see_list, "GET", "POST")
def reclassify(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another period of keeping than the one chosen when it came."""
    row = found(request, pk)
    require(may_reclassify, request.user, row)
    form = ReclassifyForm(request.POST or None, initial={"retention": row.retention})

    def service(given: dict[str, Any]) -> Evidence:
        words = {"retention": given["retention"], "reason": given["reason"]}
        return evidence.reclassify(row, by=request.user, at=timezone.now(), **words)

    question = Question(
        title=_("Keep it for another period"),
        submit=_("Change the period"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        lead=_("The day is counted again from the end of the incident. A later day that a review decided stays."),
        about=row.reference,
    )
    return ask(request, row.incident_id, question, form, service, said=_("Recorded."))
