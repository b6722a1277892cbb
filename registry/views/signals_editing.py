"""Adding, editing and retiring a signal, and recording that it was shown to fire."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.signals import RetireForm, SignalForm, SignalProofForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Signal
from registry.policies import signals as policies
from registry.policies.workflows import may_see_register
from registry.services import signals as services
from registry.views.requests import SignedInRequest
from registry.views.signals import TAB
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_edit_signals, request.user, workflow)
    form = SignalForm(request.POST or None, instance=Signal(workflow=workflow))
    back = reverse(TAB, args=[pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.add_signal(
                workflow, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **form.changes()
            )
            messages.success(
                request, _("“%(name)s” is added. Show that it fires, and record it.") % {"name": made.name}
            )
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    title, submit = _("Add a signal"), _("Add signal")
    return form_page(request, workflow, TAB, form, title=title, submit=submit, back=back)


@page(may_see_register)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _find(pk)
    require(policies.may_edit_signals, request.user, signal.workflow)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = SignalForm(settled(request.POST, SignalForm(instance=_find(pk))), instance=_find(pk))
        if form.is_valid():
            try:
                services.edit_signal(
                    signal,
                    by=request.user,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    opened_version=form.cleaned_data["opened_version"],
                    **form.changes(),
                )
                messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
                return redirect(TAB, signal.workflow_id)
            except Stale:
                meeting = meet(form, _find(pk))
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = SignalForm(instance=_find(pk))
    return form_page(
        request,
        find(signal.workflow_id),
        TAB,
        form,
        title=_("Edit “%(name)s”") % {"name": signal.name},
        submit=_("Save"),
        back=reverse(TAB, args=[signal.workflow_id]),
        meeting=meeting,
    )


@page(may_see_register)
def prove(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _find(pk)
    require(policies.may_prove, request.user, signal)
    back = reverse(TAB, args=[signal.workflow_id])
    form = SignalProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = form.cleaned_data
            services.prove(signal, by=request.user, at=timezone.now(), how=given["how"], proven_at=given["proven_at"])
            messages.success(request, _("The proof of “%(name)s” is recorded.") % {"name": signal.name})
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        find(signal.workflow_id),
        TAB,
        form,
        title=_("Record a proof of “%(name)s”") % {"name": signal.name},
        submit=_("Record proof"),
        back=back,
        lead=_("It fires when: %(threshold)s. A proof is fresh for 180 days.") % {"threshold": signal.threshold},
    )


@page(may_see_register)
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _find(pk)
    require(policies.may_edit_signals, request.user, signal.workflow)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.retire(signal, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, _("“%(name)s” is retired.") % {"name": signal.name})
            return redirect(TAB, signal.workflow_id)
        except ValidationError as refused:
            take_problems(form, refused)
    return form_page(
        request,
        find(signal.workflow_id),
        TAB,
        form,
        title=_("Retire “%(name)s”") % {"name": signal.name},
        submit=_("Retire signal"),
        back=reverse(TAB, args=[signal.workflow_id]),
        lead=_("It stays on record. A workflow that runs without any signal in use is shown as blind."),
    )


def _find(pk: int) -> Signal:
    return get_object_or_404(Signal.objects.select_related("workflow"), pk=pk)
