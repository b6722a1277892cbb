"""Reports: asking for them, watching them being made, taking them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.kernel.access.verdict import require
from registry.kernel.documents.making import try_again
from registry.kernel.http.downloads import download
from registry.kernel.http.pages import page
from registry.models import AuditEntry, Document, User
from registry.views.requests import SignedInRequest
from reviews.policies.reports import may_download, may_make_report, may_see_reports
from reviews.services import reporting


def visible_documents(user: User) -> Q:
    """Reports of incidents this person may see, and reports about anything else."""
    visible = Incident.objects.visible_to(user)
    incidents = visible.annotate(key=Cast("pk", CharField())).values("key")
    return ~Q(object_type="incidents.incident") | Q(object_id__in=incidents)


@page(may_see_reports, "GET")
def reports(request: SignedInRequest) -> HttpResponse:
    rows = (
        Document.objects.filter(visible_documents(request.user))
        .select_related("requested_by", "pdf", "record", "job")
        .order_by("-id")
    )
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    paginator = Paginator(rows, 50)
    return render(
        request,
        "reports/reports.html",
        {"page_obj": paginator.get_page(request.GET.get("page")), "q": words},
    )


@page(may_see_reports, "GET")
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _visible(request.user, pk)
    downloads = AuditEntry.objects.filter(
        object_type=document._meta.label_lower, object_id=str(document.pk), event="DOWNLOADED"
    ).order_by("-id")[:20]
    people = User.objects.in_bulk([entry.actor_id for entry in downloads if entry.actor_id])
    template = "reports/progress.html" if request.GET.get("part") == "progress" else "reports/report.html"
    return render(
        request,
        template,
        {
            "document": document,
            "incident": _subject(document),
            "downloads": [(entry.at, people.get(entry.actor_id or 0)) for entry in downloads],
            "may_download": may_download(request.user, document),
        },
    )


@page(may_see_reports, "POST")
def incident_report(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    require(may_make_report, request.user, incident)
    document = reporting.request_incident_report(incident, by=request.user, at=timezone.now())
    messages.success(request, _("Report %(number)s is being made.") % {"number": document.number})
    return redirect("report", document.pk)


@page(may_see_reports, "POST")
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _visible(request.user, pk)
    try_again(document, by=request.user, at=timezone.now())
    return redirect("report", document.pk)


@page(may_see_reports, "GET")
def take(request: SignedInRequest, pk: int) -> HttpResponseBase:
    document = _visible(request.user, pk)
    path = reporting.take(document, by=request.user, at=timezone.now())
    return download(request, path.open("rb"), filename=f"{document.number}.pdf", content_type="application/pdf")


def _visible(user: User, pk: int) -> Document:
    rows = Document.objects.select_related("requested_by", "pdf", "record", "job", "supersedes")
    document = get_object_or_404(rows, pk=pk)
    if not may_download(user, document):
        return get_object_or_404(Document.objects.none())
    return document


def _subject(document: Document) -> Incident | None:
    if document.object_type != "incidents.incident":
        return None
    return Incident.objects.filter(pk=document.object_id).first()
