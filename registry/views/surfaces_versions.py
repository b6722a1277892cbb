"""Recording a version of a surface, marking one as known to be good, putting an earlier one back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.surfaces import KnownGoodForm, PutBackForm, SurfaceVersionForm
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import PlainForm, take_problems
from registry.kernel.http.pages import page
from registry.models import Surface, SurfaceVersion
from registry.policies import surfaces as policies
from registry.policies.workflows import may_see_register
from registry.services import surfaces as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import find

TAB = "workflow-surfaces"


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    surface = get_object_or_404(Surface, pk=pk)
    workflow = find(surface.workflow_id)
    require(policies.may_record_version, request.user, workflow)
    form = SurfaceVersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.record_version(surface, by=request.user, at=timezone.now(), **form.facts())
            messages.success(request, _("Version %(label)s is recorded.") % {"label": made.label})
            return reverse("surface", args=[pk])

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        workflow,
        TAB,
        form,
        title=_("Record a version of %(name)s") % {"name": surface.name},
        submit=_("Record version"),
        back=reverse("surface", args=[pk]),
        lead=_("A version is never edited afterwards. If something is wrong, record the next one."),
    )


@page(may_see_register)
def mark_known_good(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _find(pk)
    require(policies.may_mark_known_good, request.user, version.surface.workflow)
    form = KnownGoodForm(request.POST or None)

    def save() -> str:
        services.mark_known_good(version, by=request.user, at=timezone.now(), note=form.cleaned_data["note"])
        return _("%(label)s is marked as known to be good.") % {"label": version.label}

    title = _("Mark %(label)s as known to be good")
    return _one_field(request, version, form, save, title=title, submit=_("Mark as known good"))


@page(may_see_register)
def put_back(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _find(pk)
    require(policies.may_record_version, request.user, version.surface.workflow)
    form = PutBackForm(request.POST or None)

    def save() -> str:
        services.put_back(version, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        return _("%(label)s is recorded as in use again.") % {"label": version.label}

    return _one_field(request, version, form, save, title=_("%(label)s is in use again"), submit=_("Record"))


def _find(pk: int) -> SurfaceVersion:
    return get_object_or_404(SurfaceVersion.objects.select_related("surface__workflow"), pk=pk)


def _one_field(
    request: SignedInRequest,
    version: SurfaceVersion,
    form: PlainForm,
    save: Callable[[], str],
    *,
    title: str,
    submit: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, save())
            return redirect("surface", version.surface_id)
        except ValidationError as refused:
            take_problems(form, refused)
    return form_page(
        request,
        find(version.surface.workflow_id),
        TAB,
        form,
        title=title % {"label": version.label},
        submit=submit,
        back=reverse("surface", args=[version.surface_id]),
        lead=str(version.surface),
    )
