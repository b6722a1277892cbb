"""Giving out, replacing and revoking the keys of a workflow. The secret is shown on the next page, once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.control import DefaultForm, KeyForm, RotateForm, WordsForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import ControlToken
from registry.modes import Mode
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.services import control_keys as services
from registry.views.control import SECRET, TAB
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_manage_keys, request.user, workflow)
    form = KeyForm(request.POST or None)
    back = reverse(TAB, args=[pk])

    def make() -> str:
        _token, secret = services.issue(workflow, by=request.user, at=timezone.now(), **form.given())
        request.session[SECRET] = secret
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    lead = _("One key for each place that runs the workflow, so that each can be stopped alone.")
    return form_page(request, workflow, TAB, form, title=_("New key"), submit=_("Give out a key"), back=back, lead=lead)


@page(may_see_register)
def rotate(request: SignedInRequest, pk: int) -> HttpResponse:
    token = _find(pk)
    require(policies.may_manage_keys, request.user, token.workflow)
    form = RotateForm(request.POST or None)
    back = reverse(TAB, args=[token.workflow_id])

    def make() -> str:
        _made, secret = services.rotate(token, by=request.user, at=timezone.now(), overlap=form.overlap)
        request.session[SECRET] = secret
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    title = _("Replace the key “%(name)s”") % {"name": token.name}
    workflow = find(int(token.workflow_id or 0))
    return form_page(request, workflow, TAB, form, title=title, submit=_("Give out its successor"), back=back)


@page(may_see_register)
def declare_default(request: SignedInRequest, pk: int) -> HttpResponse:
    token = _find(pk)
    require(policies.may_manage_keys, request.user, token.workflow)
    form = DefaultForm(request.POST or None, initial={"mode": token.default_declared or str(Mode.HUMAN)})
    back = reverse(TAB, args=[token.workflow_id])

    def make() -> str:
        services.declare_default(token, by=request.user, at=timezone.now(), mode=form.cleaned_data["mode"])
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    title = _("What does the program with the key “%(name)s” do when nobody answers?") % {"name": token.name}
    workflow = find(int(token.workflow_id or 0))
    return form_page(request, workflow, TAB, form, title=title, submit=_("Declare"), back=back)


@page(may_see_register)
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = _find(pk)
    require(policies.may_manage_keys, request.user, token.workflow)
    form = WordsForm(request.POST or None, label=_("Why it is revoked"))
    back = reverse(TAB, args=[token.workflow_id])

    def make() -> str:
        services.revoke(token, by=request.user, at=timezone.now(), **form.words())
        messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": token.name})
        return back

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    return form_page(
        request,
        find(int(token.workflow_id or 0)),
        TAB,
        form,
        title=_("Revoke the key “%(name)s”") % {"name": token.name},
        submit=_("Revoke"),
        back=back,
        lead=_("Programs that use it fall back to the default in their code, without a word."),
        is_dangerous=True,
    )


def _find(pk: int) -> ControlToken:
    return get_object_or_404(ControlToken.objects.select_related("workflow").exclude(workflow=None), pk=pk)
