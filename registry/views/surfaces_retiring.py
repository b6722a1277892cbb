"""Retiring a surface that a workflow no longer runs on, and bringing it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.signals import RetireForm
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import Surface
from registry.policies import surfaces as policies
from registry.policies.workflows import may_see_register
from registry.services import surfaces as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import form_page
from registry.views.workflow_frame import find


@page(may_see_register)
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    surface = get_object_or_404(Surface, pk=pk)
    return _said(
        request,
        surface,
        services.retire,
        _("“%(name)s” is retired.") % {"name": surface.name},
        title=_("Retire “%(name)s”") % {"name": surface.name},
        submit=_("Retire surface"),
        lead=_("Say so when the workflow no longer runs on it. It stays on record and can be brought back."),
    )


@page(may_see_register)
def bring_back(request: SignedInRequest, pk: int) -> HttpResponse:
    surface = get_object_or_404(Surface, pk=pk)
    return _said(
        request,
        surface,
        services.bring_back,
        _("“%(name)s” is in use again.") % {"name": surface.name},
        title=_("Bring “%(name)s” back") % {"name": surface.name},
        submit=_("Bring back"),
        lead=_("It counts again, at the version it was retired with. Record another one where that has changed."),
    )


def _said(
    request: SignedInRequest, surface: Surface, save: Callable[..., Surface], done: str, **words: Any
) -> HttpResponse:
    workflow = find(surface.workflow_id)
    require(policies.may_record_version, request.user, workflow)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save(surface, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, done)
            return redirect("surface", surface.pk)
        except ValidationError as refused:
            take_problems(form, refused)
    back = reverse("surface", args=[surface.pk])
    return form_page(request, workflow, "workflow-surfaces", form, back=back, **words)
