"""What a workflow must be able to do: the task list, one capability, and what is said about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.capabilities import AcceptanceDecisionForm, EvidenceForm, NotMetForm, StatementForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import CapabilityRecord, User, Workflow
from registry.policies import capabilities as policies
from registry.policies.workflows import may_see_register
from registry.reports.gaps import KNOWN, Need, acceptances_of, needs_of
from registry.services import capabilities as services
from registry.services.assessments import newest_assessment
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import form_page
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-capabilities"


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def capabilities(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    newest = newest_assessment(workflow)
    context = {
        **frame(request, workflow, TAB),
        "assessment": newest,
        "needs": needs_of(workflow, newest, timezone.localdate(clock())),
        "may_keep": policies.may_keep_capabilities(request.user, workflow),
    }
    return render(request, "registry/workflow/gaps.html", context)


@page(may_see_register, "GET")
@knows_past(Workflow)
def capability(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    return render(request, "registry/workflow/capability.html", capability_page(request, find(pk), key))


def capability_page(request: SignedInRequest, workflow: Workflow, key: str, form: Any = None) -> dict[str, Any]:
    """`form` is a decision that was refused. What is not asked for any more is still shown, with what was said."""
    if key not in KNOWN:
        raise Http404
    need = needs_of(workflow, newest_assessment(workflow), timezone.localdate(clock())).of(key)
    record = need.record if need else CapabilityRecord.objects.filter(workflow=workflow, capability=key).first()
    live, waiting = (need.acceptance, need.waiting) if need else (None, None)
    return {
        **frame(request, workflow, TAB),
        "need": need,
        "key": key,
        "capability": KNOWN[key],
        "record": record,
        "acceptances": acceptances_of(workflow, key),
        "form": form or AcceptanceDecisionForm(),
        "may_keep": policies.may_keep_capabilities(request.user, workflow),
        "may_ask": policies.may_ask_acceptance(request.user, workflow),
        "may_decide": policies.may_decide_acceptance(request.user, waiting) if waiting else None,
        "may_withdraw": policies.may_withdraw_acceptance(request.user, live) if live else None,
        "live": live,
        "waiting": waiting,
    }


@page(may_see_register)
def state(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    def save(form: Any, workflow: Workflow, by: User) -> None:
        given = form.cleaned_data
        facts = {name: given[name] for name in ("owner", "due_date", "reason", "opened_version")}
        services.state(workflow, key, by=by, at=timezone.now(), **facts)

    title, done = _("Who closes the gap, and by when"), _("Owner and date are saved.")
    return _said(request, pk, key, StatementForm, save, title=title, submit=_("Save"), done=done)


@page(may_see_register)
def met(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    def save(form: Any, workflow: Workflow, by: User) -> None:
        given = form.cleaned_data
        facts = {name: given[name] for name in ("evidence", "evidence_url", "opened_version")}
        services.meet(workflow, key, by=by, at=timezone.now(), **facts)

    title, done = _("Meet it with evidence"), _("The capability is met.")
    return _said(request, pk, key, EvidenceForm, save, title=title, submit=_("Mark as met"), done=done)


@page(may_see_register)
def not_met(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    def save(form: Any, workflow: Workflow, by: User) -> None:
        given = form.cleaned_data
        facts = {"reason": given["reason"], "opened_version": given["opened_version"]}
        services.unmeet(workflow, key, by=by, at=timezone.now(), **facts)

    title, done = _("Not met any more"), _("The capability is a gap again. Its evidence stays in the history.")
    return _said(request, pk, key, NotMetForm, save, title=title, submit=_("Mark as missing"), done=done)


def _said(
    request: SignedInRequest, pk: int, key: str, kind: Any, save: Any, *, title: str, submit: str, done: str
) -> HttpResponse:
    """One form about one capability, with both versions when two people say something at once."""
    workflow = find(pk)
    require(policies.may_keep_capabilities, request.user, workflow)
    need = asked_for(workflow, key)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = kind(settled(request.POST, kind(instance=need.record)), instance=need.record)
        if form.is_valid():
            try:
                save(form, workflow, request.user)
                messages.success(request, done)
                return redirect("capability", pk, key)
            except Stale as stale:
                meeting = meet(form, stale.current)
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = kind(instance=need.record)
    return form_page(
        request,
        workflow,
        TAB,
        form,
        title=f"{need.capability.name}: {title}",
        submit=submit,
        back=reverse("capability", args=[pk, key]),
        lead=need.capability.meaning,
        meeting=meeting,
    )


def asked_for(workflow: Workflow, key: str) -> Need:
    """Only what the newest assessment asks for has pages to say something about it."""
    need = needs_of(workflow, newest_assessment(workflow), timezone.localdate()).of(key)
    if need is None:
        raise Http404
    return need
