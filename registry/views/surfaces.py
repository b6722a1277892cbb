"""What a workflow runs on: its surfaces by kind, and one surface with all its versions."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.surfaces import SurfaceForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import Surface, Workflow
from registry.policies import surfaces as policies
from registry.policies.workflows import may_see_register
from registry.services import surfaces as services
from registry.views.baselines import standing
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page
from registry.views.workflow_frame import DIFFERENCE, find, frame


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def surfaces(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    order = list(Surface.Kind.values)
    found = sorted(
        workflow.surfaces.select_related("current", "known_good"),
        key=lambda surface: (order.index(surface.kind), not surface.is_active, surface.name),
    )
    context = {
        **frame(request, workflow, "workflow-surfaces"),
        "kinds": [(label, list(group)) for label, group in groupby(found, key=lambda s: s.get_kind_display())],
        "may_record": policies.may_record_version(request.user, workflow),
        **standing(request, workflow),
    }
    return render(request, "registry/workflow/surfaces.html", context)


@page(may_see_register, "GET")
@knows_past(Surface)
def surface(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Surface.objects.select_related("current", "known_good__known_good_by"), pk=pk)
    workflow = find(found.workflow_id)
    context = {
        **frame(request, workflow, "workflow-surfaces"),
        "surface": found,
        "versions": found.versions.select_related("recorded_by", "known_good_by"),
        "may_record": policies.may_record_version(request.user, workflow),
        "may_mark": policies.may_mark_known_good(request.user, workflow),
    }
    return render(request, "registry/workflow/surface.html", context)


@page(may_see_register)
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_record_version, request.user, workflow)
    form = SurfaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            given = form.cleaned_data
            made = services.add_surface(
                workflow,
                by=request.user,
                at=timezone.now(),
                kind=given["kind"],
                name=given["name"],
                reason=given["reason"],
            )
            messages.success(request, _("%(name)s is added. Record the version in use.") % {"name": made.name})
            return reverse("surface", args=[made.pk])

        if url := create_once(request, form, make):
            return redirect(url)
    return form_page(
        request,
        workflow,
        "workflow-surfaces",
        form,
        title=_("Add a surface"),
        submit=_("Add surface"),
        back=reverse("workflow-surfaces", args=[pk]),
        lead=_("A surface is anything whose change changes how the workflow behaves."),
    )
