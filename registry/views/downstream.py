"""Adding, editing and retiring what a workflow can set off. It is shown below the signals that would tell of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.downstream import DownstreamForm
from registry.forms.signals import RetireForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import DownstreamAction
from registry.policies import downstream as policies
from registry.policies.workflows import may_see_register
from registry.services import downstream as services
from registry.views.requests import SignedInRequest
from registry.views.signals import TAB
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_edit_downstream, request.user, workflow)
    form = DownstreamForm(request.POST or None, instance=DownstreamAction(workflow=workflow))
    back = reverse(TAB, args=[pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.add_action(
                workflow, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **form.changes()
            )
            messages.success(request, _("“%(name)s” is added.") % {"name": made.name})
            return f"{back}#downstream"

        if url := create_once(request, form, make):
            return redirect(url)
    title, submit = _("Add a downstream action"), _("Add action")
    return form_page(request, workflow, TAB, form, title=title, submit=submit, back=back)


@page(may_see_register)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    action = _find(pk)
    require(policies.may_edit_downstream, request.user, action.workflow)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = DownstreamForm(settled(request.POST, DownstreamForm(instance=_find(pk))), instance=_find(pk))
        if form.is_valid():
            try:
                services.edit_action(
                    action,
                    by=request.user,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    opened_version=form.cleaned_data["opened_version"],
                    **form.changes(),
                )
                messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
                return redirect(TAB, action.workflow_id)
            except Stale:
                meeting = meet(form, _find(pk))
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = DownstreamForm(instance=_find(pk))
    return form_page(
        request,
        find(action.workflow_id),
        TAB,
        form,
        title=_("Edit “%(name)s”") % {"name": action.name},
        submit=_("Save"),
        back=reverse(TAB, args=[action.workflow_id]),
        meeting=meeting,
    )


@page(may_see_register)
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    action = _find(pk)
    require(policies.may_edit_downstream, request.user, action.workflow)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.retire(action, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, _("“%(name)s” is retired.") % {"name": action.name})
            return redirect(TAB, action.workflow_id)
        except ValidationError as refused:
            take_problems(form, refused)
    return form_page(
        request,
        find(action.workflow_id),
        TAB,
        form,
        title=_("Retire “%(name)s”") % {"name": action.name},
        submit=_("Retire action"),
        back=reverse(TAB, args=[action.workflow_id]),
        lead=_("Say so when the workflow can no longer set it off. It stays on record."),
    )


def _find(pk: int) -> DownstreamAction:
    return get_object_or_404(DownstreamAction.objects.select_related("workflow"), pk=pk)
