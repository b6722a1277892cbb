"""Asking that a gap be accepted for a time, the second person's decision, and taking it back."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.forms.capabilities import AcceptanceDecisionForm, AskAcceptanceForm, WithdrawForm
from registry.gaps import GapState
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import GapAcceptance
from registry.policies import capabilities as policies
from registry.policies.workflows import may_see_register
from registry.reports.gaps import Need
from registry.services import gap_acceptances as services
from registry.views.capabilities import TAB, asked_for, capability_page
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def ask(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_ask_acceptance, request.user, workflow)
    need = asked_for(workflow, key)
    back = reverse("capability", args=[pk, key])
    form = AskAcceptanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = form.cleaned_data
            services.ask(
                workflow,
                key,
                by=request.user,
                at=timezone.now(),
                reason=given["reason"],
                until_date=given["until_date"],
            )
            messages.success(request, _("Asked. Another person of risk or an executive decides."))
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    renewing = _renewing(need)
    title = _("%(capability)s: renew the acceptance") if renewing else _("%(capability)s: ask for acceptance")
    return form_page(
        request,
        workflow,
        TAB,
        form,
        title=title % {"capability": need.capability.name},
        submit=_("Ask"),
        back=back,
        lead=renewing
        or _("Until somebody else has decided it stays a gap. After the last day it is a gap again by itself."),
    )


@page(may_see_register, "POST")
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    acceptance = _find(pk)
    require(policies.may_decide_acceptance, request.user, acceptance)
    form = AcceptanceDecisionForm(request.POST)
    if form.is_valid():
        accept = form.cleaned_data["verb"] == "accept"
        try:
            services.decide(
                acceptance, by=request.user, at=timezone.now(), accept=accept, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("The gap is accepted.") if accept else _("Refused. It stays a gap."))
            return redirect(acceptance)
        except ValidationError as refused:
            take_problems(form, refused)
    context = capability_page(request, find(acceptance.workflow_id), acceptance.capability, form)
    return render(request, "registry/workflow/capability.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@page(may_see_register)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    acceptance = _find(pk)
    require(policies.may_withdraw_acceptance, request.user, acceptance)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(acceptance, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back."))
        return redirect(acceptance)
    return form_page(
        request,
        find(acceptance.workflow_id),
        TAB,
        form,
        title=_("%(capability)s: take the acceptance back") % {"capability": acceptance.get_capability_display()},
        submit=_("Take back"),
        back=acceptance.get_absolute_url(),
        lead=_("What was accepted is a gap again at once."),
    )


def _renewing(need: Need) -> str:
    """What to know while an acceptance is in force; nothing where none is."""
    if need.state is not GapState.ACCEPTED or need.acceptance is None:
        return ""
    words = {"day": date_format(need.acceptance.until_date, "j M Y")}
    return _("It is accepted until %(day)s. Ask for a later day; once somebody else agrees, that one follows.") % words


def _find(pk: int) -> GapAcceptance:
    return get_object_or_404(GapAcceptance.objects.select_related("workflow"), pk=pk)
