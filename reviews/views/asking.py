"""Asking for a report of each kind, as things are now or as known at a moment."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from incidents.models import Incident
from registry.filters.addresses import Address
from registry.forms.past import PerhapsMomentForm
from registry.kernel.http.pages import page, reads_moments
from registry.models import Document, GateRequest, Workflow
from registry.policies.workflows import may_take_inventory
from registry.reports import past
from registry.views.past import Then
from registry.views.requests import SignedInRequest
from reviews.filters.asked import history, history_query, history_words, register_query, register_words
from reviews.forms.reports import DossierForm, IncidentReportForm, InventoryForm, SamplingForm
from reviews.models import ReportKind
from reviews.policies.reports import may_make_audit_pack, may_see_reports
from reviews.reports.inventory import MOST_IN_ONE
from reviews.reports.sampling import MOST, Sampling
from reviews.services import report_kinds as services
from reviews.services.gate_reports import request_gate_report
from reviews.services.reporting import request_incident_report
from reviews.views.made_once import made_once


def _given(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


@page(may_see_reports, "GET", "POST")
@reads_moments
def incident(request: SignedInRequest) -> HttpResponse:
    now, rows = timezone.now(), Incident.objects.visible_to(request.user)
    form = IncidentReportForm(_given(request), rows=rows, now=now, initial=request.GET.dict())
    if form.is_valid():
        wanted = {
            ReportKind.INCIDENT_REPORT: request_incident_report,
            ReportKind.INCIDENT_SUMMARY: services.request_incident_summary,
        }[ReportKind(form.cleaned_data["kind"])]
        if url := made_once(request, form, wanted, form.cleaned_data["incident"], at=now):
            return redirect(url)
    return render(request, "reports/ask_incident.html", {"form": form}, status=422 if form.errors else 200)


@page(may_see_reports, "GET", "POST")
@reads_moments
def dossier(request: SignedInRequest) -> HttpResponse:
    now, rows = timezone.now(), Workflow.objects.visible_to(request.user)
    form = DossierForm(_given(request), rows=rows, now=now, initial=request.GET.dict())
    if form.is_valid() and (
        url := made_once(request, form, services.request_workflow_dossier, form.cleaned_data["workflow"], at=now)
    ):
        return redirect(url)
    return render(request, "reports/ask_dossier.html", {"form": form}, status=422 if form.errors else 200)


@page(may_take_inventory, "GET", "POST")
@reads_moments
def inventory(request: SignedInRequest) -> HttpResponse:
    """The address carries the filters of the register and its moment, so that its page can lead here as it stands."""
    now = timezone.now()
    moment = PerhapsMomentForm(request.GET, now=now)
    if not moment.is_valid():
        context = {"form": moment, "now_url": request.path}
        return render(request, "past/choose.html", context, status=422)
    known_at = moment.cleaned_data["at"] or None
    with past.perhaps(known_at, request.user):
        address = Address(request.GET, request)
        words, asked = register_words(address), register_query(address)
        count = address.rows.order_by().count()
    form = InventoryForm(_given(request), now=now)
    if form.is_valid():

        def ask(query: str, **options: Any) -> Document:
            return services.request_inventory(query, words, **options | {"known_at": known_at})

        if url := made_once(request, form, ask, asked, at=now, is_frozen=False):
            return redirect(url)
    then = Then(known_at, f"?{address.plain}") if known_at else None
    context = {"words": words, "count": count, "query": address.plain, "then": then, "most": MOST_IN_ONE, "form": form}
    return render(request, "reports/ask_inventory.html", context, status=422 if form.errors else 200)


@page(may_make_audit_pack, "GET", "POST")
def audit_pack(request: SignedInRequest) -> HttpResponse:
    """The filters of the audit page, and how to choose from what they find."""
    now, is_asked = timezone.now(), request.method == "POST"
    found = history(request.POST if is_asked else request.GET)
    form = SamplingForm(_given(request), now=now)
    if is_asked and found.is_valid() and form.is_valid():
        asked = services.PackFilters(history_query(found), found.qs, history_words(found))

        def ask(sampling: Sampling, **options: Any) -> Document:
            return services.request_audit_pack(asked, sampling, **options)

        if url := made_once(request, form, ask, form.sampling, at=now, is_frozen=False):
            return redirect(url)
    context = {"filters": found.form, "form": form, "most": MOST}
    return render(request, "reports/ask_audit_pack.html", context, status=422 if is_asked else 200)


@page(may_see_reports, "POST")
def incident_summary(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    return _pressed(request, services.request_incident_summary, incident)


@page(may_see_reports, "POST")
def workflow_dossier(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow.objects.visible_to(request.user), pk=pk)
    return _pressed(request, services.request_workflow_dossier, workflow)


@page(may_see_reports, "POST")
def gate_report(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(GateRequest.objects.visible_to(request.user), pk=pk)
    return _pressed(request, request_gate_report, asked)


def _pressed(
    request: SignedInRequest, ask: Callable[..., Document], record: Incident | Workflow | GateRequest
) -> HttpResponse:
    """Asked for by a button, which sends the moment of the page it stands on, if it is one of the past."""
    now = timezone.now()
    form = PerhapsMomentForm(request.POST, now=now)
    if form.is_valid() and (url := made_once(request, form, ask, record, at=now)):
        return redirect(url)
    context = {"form": form, "now_url": record.get_absolute_url()}
    return render(request, "past/choose.html", context, status=422)
