"""Proposing the surfaces as they are as a baseline, and deciding on what somebody else proposed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.drift import differences, read
from registry.forms.baselines import DecideBaselineForm, ProposeBaselineForm, WithdrawBaselineForm
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.policies import baselines as policies
from registry.policies.workflows import may_see_register
from registry.reports.baselines import approved_of, current_parts, fingerprint, lines, rows
from registry.services import baselines as services
from registry.views.baselines import TAB, find_baseline, shown
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_propose, request.user, workflow)
    approved, parts = approved_of(workflow), sorted(current_parts(workflow))
    initial = {"limits": approved.limits if approved else "", "seen": fingerprint(parts)}
    form = ProposeBaselineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = {name: form.cleaned_data[name] for name in ("limits", "reason", "seen")}
            made = services.propose(workflow, by=request.user, at=timezone.now(), **given)
            messages.success(request, _("Baseline %(number)d is proposed. Another person decides.") % made.content)
            return made.get_absolute_url()

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        workflow,
        TAB,
        form,
        title=_("Propose a baseline"),
        submit=_("Propose baseline"),
        back=reverse(TAB, args=[pk]),
        template="registry/workflow/baseline_propose.html",
        surfaces=rows(parts),
        approved=approved,
        lines=lines(differences(read(approved.content), parts)) if approved else [],
    )


@page(may_see_register)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_baseline(pk)
    require(policies.may_decide, request.user, found)
    services.refuse_settled(found)
    form = DecideBaselineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_approved = form.cleaned_data["verb"] == "approve"
        try:
            services.decide(
                found, by=request.user, at=timezone.now(), approve=is_approved, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Approved. Drift counts from it.") if is_approved else _("Refused."))
            return redirect(found)
        except ValidationError as refused:
            take_problems(form, refused)
    return form_page(
        request,
        found.workflow,
        TAB,
        form,
        title=_("Decide on baseline %(number)d") % {"number": found.number},
        submit="",
        back=found.get_absolute_url(),
        template="registry/workflow/baseline_decide.html",
        **shown(request, found),
    )


@page(may_see_register)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_baseline(pk)
    require(policies.may_withdraw, request.user, found)
    services.refuse_settled(found)
    form = WithdrawBaselineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(found, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Withdrawn. Another baseline can be proposed."))
        return redirect(found)
    return form_page(
        request,
        found.workflow,
        TAB,
        form,
        title=_("Withdraw baseline %(number)d") % {"number": found.number},
        submit=_("Withdraw"),
        back=found.get_absolute_url(),
        lead=_("It stays on record with this reason. What is approved now stays approved."),
    )
