"""Asking for a report of each kind."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.filters.addresses import Address
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import Document, Workflow
from registry.policies.workflows import may_take_inventory
from registry.views.requests import SignedInRequest
from reviews.filters.asked import history, history_words, register_words
from reviews.forms.reports import DossierForm, IncidentReportForm, SamplingForm
from reviews.models import ReportKind
from reviews.policies.reports import may_make_audit_pack, may_see_reports
from reviews.reports.inventory import MOST_IN_ONE
from reviews.reports.sampling import MOST
from reviews.services import report_kinds as services
from reviews.services.reporting import request_incident_report


def _asked(request: SignedInRequest, document: Document) -> HttpResponse:
    messages.success(request, _("Report %(number)s is being made.") % {"number": document.number})
    return redirect("report", document.pk)


@page(may_see_reports, "GET", "POST")
def incident(request: SignedInRequest) -> HttpResponse:
    given: Any = request.POST if request.method == "POST" else None
    initial = {"incident": request.GET.get("incident", "")}
    form = IncidentReportForm(given, rows=Incident.objects.visible_to(request.user), initial=initial)
    if form.is_valid():
        wanted = {
            ReportKind.INCIDENT_REPORT: request_incident_report,
            ReportKind.INCIDENT_SUMMARY: services.request_incident_summary,
        }[ReportKind(form.cleaned_data["kind"])]
        return _asked(request, wanted(form.cleaned_data["incident"], by=request.user, at=timezone.now()))
    return render(request, "reports/ask_incident.html", {"form": form}, status=422 if form.errors else 200)


@page(may_see_reports, "GET", "POST")
def dossier(request: SignedInRequest) -> HttpResponse:
    given: Any = request.POST if request.method == "POST" else None
    initial = {"workflow": request.GET.get("workflow", "")}
    form = DossierForm(given, rows=Workflow.objects.visible_to(request.user), initial=initial)
    if form.is_valid():
        workflow = form.cleaned_data["workflow"]
        return _asked(request, services.request_workflow_dossier(workflow, by=request.user, at=timezone.now()))
    return render(request, "reports/ask_dossier.html", {"form": form}, status=422 if form.errors else 200)


@page(may_take_inventory, "GET", "POST")
def inventory(request: SignedInRequest) -> HttpResponse:
    """The address carries the filters of the register, so that its page can lead here as it stands."""
    address = Address(request.GET, request)
    words = register_words(address)
    if request.method == "POST":
        return _asked(request, services.request_inventory(address.rows, words, by=request.user, at=timezone.now()))
    context = {"words": words, "count": address.rows.order_by().count(), "query": address.plain, "most": MOST_IN_ONE}
    return render(request, "reports/ask_inventory.html", context)


@page(may_make_audit_pack, "GET", "POST")
def audit_pack(request: SignedInRequest) -> HttpResponse:
    """The filters of the audit page, and how to choose from what they find."""
    is_asked = request.method == "POST"
    found = history(request.POST if is_asked else request.GET)
    form = SamplingForm(request.POST if is_asked else None)
    if is_asked and found.is_valid() and form.is_valid():
        try:
            document = services.request_audit_pack(
                found.qs, history_words(found), form.sampling, by=request.user, at=timezone.now()
            )
        except ValidationError as refused:
            take_problems(form, refused)
        else:
            return _asked(request, document)
    context = {"filters": found.form, "form": form, "most": MOST}
    return render(request, "reports/ask_audit_pack.html", context, status=422 if is_asked else 200)


@page(may_see_reports, "POST")
def incident_summary(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    return _asked(request, services.request_incident_summary(incident, by=request.user, at=timezone.now()))


@page(may_see_reports, "POST")
def workflow_dossier(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow.objects.visible_to(request.user), pk=pk)
    return _asked(request, services.request_workflow_dossier(workflow, by=request.user, at=timezone.now()))
