"""Asking at a gate, taking it back, and putting what was granted into effect."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import GateKind, chain_of
from registry.forms.gates import AskAutonomyForm, AskGoLiveForm, GateWithdrawForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.models import Role, Workflow
from registry.policies import gates as policies
from registry.policies.workflows import may_see_register
from registry.reports.gate_blockers import standing
from registry.services import gates as services
from registry.views.gates import TAB, find_request
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find

KINDS = {"go-live": GateKind.GO_LIVE, "more-autonomy": GateKind.MORE_AUTONOMY}


@page(may_see_register)
def ask(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    wanted = KINDS.get(kind)
    if wanted is None:
        raise Http404
    workflow = find(pk)
    require(policies.may_ask, request.user, workflow)
    form = _form(request, workflow, wanted)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = {name: form.cleaned_data[name] for name in ("reason", "to_autonomy") if name in form.cleaned_data}
            try:
                made = services.ask(workflow, by=request.user, at=timezone.now(), kind=wanted, **given)
            except Conflict as blocked:  # said on the form, so that what was typed is not lost
                raise ValidationError(blocked.sentence) from blocked
            messages.success(request, _("Asked. Whoever decides the first step has been told."))
            return made.get_absolute_url()

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        workflow,
        TAB,
        form,
        title=_("Ask to go live") if wanted == GateKind.GO_LIVE else _("Ask for more autonomy"),
        submit=_("Ask"),
        back=reverse(TAB, args=[pk]),
        template="registry/workflow/gate_ask.html",
        chain=chain_of(workflow.tier),
        steps=[[str(Role(role).label) for role in roles] for roles in chain_of(workflow.tier).steps],
        blockers=standing(workflow, wanted, timezone.now()).blockers,
    )


def _form(request: SignedInRequest, workflow: Workflow, kind: GateKind) -> Any:
    if kind == GateKind.GO_LIVE:
        return AskGoLiveForm(request.POST or None)
    return AskAutonomyForm(request.POST or None, autonomy=workflow.autonomy)


@page(may_see_register)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_request(pk)
    require(policies.may_withdraw, request.user, found)
    form = GateWithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(found, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back."))
        return redirect(found)
    return form_page(
        request,
        find(found.workflow_id),
        TAB,
        form,
        title=_("Take %(request)s back") % {"request": found.reference},
        submit=_("Take back"),
        back=found.get_absolute_url(),
        lead=_("What was agreed counts no more. Another request can be made afterwards."),
    )


@page(may_see_register, "POST")
def use(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_request(pk)
    require(policies.may_use, request.user, found)
    try:
        services.use(found, by=request.user, at=timezone.now())
    except ValidationError as refused:
        raise Conflict(" ".join(refused.messages)) from refused
    messages.success(request, _("It is in effect."))
    return redirect(found)
