"""Reports: finding them, watching them being made, taking them."""

from io import BytesIO
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from incidents.models import Incident
from incidents.views.moments import moments_of
from registry.kernel.access.verdict import require
from registry.kernel.documents.making import ONE_PRESS, try_again
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page, reads_moments
from registry.models import AuditEntry, Document, GateRequest, User, Workflow
from registry.policies.workflows import may_take_inventory
from registry.views.requests import SignedInRequest
from reviews.filters.documents import STATES, SUPERSEDED, DocumentFilter
from reviews.forms.correcting import IncidentReportAgainForm
from reviews.models import ReportKind
from reviews.policies.reports import (
    GATES,
    INCIDENTS,
    WORKFLOWS,
    may_download,
    may_make_audit_pack,
    may_make_report,
    may_see_reports,
    visible_documents,
)
from reviews.reports.provenance import provenance
from reviews.services import reading, reporting
from reviews.views.listing import Option, chips, choice_facet, one_page, record_facet, without
from reviews.views.made_once import made_once


@page(may_see_reports, "GET")
def reports(request: SignedInRequest) -> HttpResponse:
    visible = Document.objects.filter(visible_documents(request.user))
    found = DocumentFilter(request.GET, visible)
    newer = Document.objects.filter(supersedes=OuterRef("pk"), status=Document.Status.READY)
    rows = found.qs.select_related("requested_by", "pdf", "record", "job").annotate(is_superseded=Exists(newer))
    facets = _facets(request, visible)
    context = {
        "page_obj": one_page(request, rows.order_by("-id")),
        "facets": facets,
        "chips": chips(request.GET, facets),
        "any_at_all": bool(request.GET) or visible.exists(),
        "may": {
            "inventory": may_take_inventory(request.user),
            "audit_pack": may_make_audit_pack(request.user),
        },
    }
    return render(request, "reports/reports.html", context)


def _facets(request: SignedInRequest, visible: QuerySet[Document]) -> dict[str, list[Option]]:
    """Each counts what it would show with every other filter as it is."""
    query = request.GET

    def others(name: str) -> QuerySet[Any]:
        found: QuerySet[Any] = DocumentFilter(without(query, name), visible).qs
        return found.order_by()

    return {
        "kind": choice_facet(query, "kind", others("kind"), "kind", ReportKind.choices),
        "state": [
            *choice_facet(query, "state", others("state"), "status", Document.Status.choices),
            *_superseded(query, others("state")),
        ],
        "person": record_facet(
            query,
            "person",
            others("person"),
            ["requested_by", "requested_by__name"],
            lambda row: row["requested_by__name"],
        ),
    }


def _superseded(query: QueryDict, rows: QuerySet[Document]) -> list[Option]:
    count = rows.filter(superseded_by__status=Document.Status.READY).distinct().count()
    chosen = SUPERSEDED in query.getlist("state")
    return [Option(SUPERSEDED, str(dict(STATES)[SUPERSEDED]), count, chosen)] if count or chosen else []


@page(may_see_reports, "GET")
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _visible(request.user, pk)
    reading.report_opened(document, by=request.user, at=timezone.now())
    downloads = AuditEntry.objects.filter(
        object_type=document._meta.label_lower, object_id=str(document.pk), event="DOWNLOADED"
    ).order_by("-id")[:20]
    people = User.objects.in_bulk([entry.actor_id for entry in downloads if entry.actor_id])
    is_part = request.GET.get("part") == "progress"
    answer = render(
        request,
        "reports/progress.html" if is_part else "reports/report.html",
        {
            "document": document,
            "subject": _subject(document),
            "kind": _kind(document),
            "newer": document.superseded_by.filter(status=Document.Status.READY).order_by("-id").first(),
            "downloads": [(entry.at, people.get(entry.actor_id or 0)) for entry in downloads],
            "may_download": may_download(request.user, document),
            "provenance": provenance(document),
        },
    )
    if is_part and _has_changed(request, document):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _has_changed(request: SignedInRequest, document: Document) -> bool:
    """Whether the rest of the page, which shows hashes and places in the ledger, has more to say than when it came."""
    was_gathered = "gathering" in request.GET and document.record is not None
    return was_gathered or document.status != Document.Status.QUEUED


@page(may_see_reports, "GET", "POST")
@reads_moments
def incident_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the report as the record is now or, if a moment is named, as it was known then; asked with GET."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    require(may_make_report, request.user, incident)
    now = timezone.now()
    earlier = reporting.latest_report(incident)
    form = IncidentReportAgainForm(
        request.POST if request.method == "POST" else None,
        now=now,
        initial=request.GET.dict(),
        is_first=earlier is None,
    )
    if form.is_pressed_only() and earlier is not None and earlier.requested_at < now - ONE_PRESS:
        return redirect("incident-report", incident.pk)
    if form.is_valid() and (url := made_once(request, form, reporting.request_incident_report, incident, at=now)):
        return redirect(url)
    context = {"form": form, "incident": incident, "moments": moments_of(incident), "earlier": earlier}
    return render(request, "past/report.html", context, status=422 if form.errors else 200)


@page(may_see_reports, "POST")
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _visible(request.user, pk)
    try_again(document, by=request.user, at=timezone.now())
    return redirect("report", document.pk)


@page(may_see_reports, "GET")
def take(request: SignedInRequest, pk: int) -> HttpResponseBase:
    document = _visible(request.user, pk)
    content = reporting.take(document, by=request.user, at=timezone.now())
    name = reporting.filename_of(document)
    return download(request, content, filename=name, content_type=document.media_type)


@page(may_see_reports, "GET")
def proof_of_issue(request: SignedInRequest, pk: int) -> HttpResponseBase:
    document = _visible(request.user, pk)
    content = BytesIO(reporting.proof_of_issue(document, by=request.user))
    name = reporting.proof_name_of(document)
    return download(request, content, filename=name, content_type="application/json")


def _visible(user: User, pk: int) -> Document:
    rows = Document.objects.select_related("requested_by", "pdf", "record", "proofs", "job", "supersedes")
    document = get_object_or_404(rows, pk=pk)
    if not may_download(user, document):
        return get_object_or_404(Document.objects.none())
    return document


def _subject(document: Document) -> Incident | Workflow | GateRequest | None:
    if document.object_type == INCIDENTS:
        return Incident.objects.filter(pk=document.object_id).first()
    if document.object_type == WORKFLOWS:
        return Workflow.objects.filter(pk=document.object_id).first()
    if document.object_type == GATES:
        return GateRequest.objects.filter(pk=document.object_id).first()
    return None


def _kind(document: Document) -> str:
    return str(dict(ReportKind.choices).get(document.kind, document.kind))
