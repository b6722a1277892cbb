"""How a deployment pipeline records versions by itself, filled in for one workflow."""

from django.http import HttpResponse
from django.shortcuts import render

from registry.kernel.http.pages import page
from registry.models import Surface
from registry.policies import surfaces as policies
from registry.policies.workflows import may_see_register
from registry.reports.pipeline import address_of, snippets
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import find, frame


@page(may_see_register, "GET")
def pipeline(request: SignedInRequest, pk: int) -> HttpResponse:
    """`?surface=` names the surface it is for, else the first in use."""
    workflow = find(pk)
    surfaces = list(workflow.surfaces.filter(is_active=True))
    asked = request.GET.get("surface", "")
    chosen = next((found for found in surfaces if str(found.pk) == asked), surfaces[0] if surfaces else None)
    context = {
        **frame(request, workflow, "workflow-surfaces"),
        "address": address_of(workflow),
        "snippets": snippets(workflow, chosen),
        "surfaces": surfaces,
        "chosen": chosen,
        "kinds": Surface.Kind.values,
        "may_record": policies.may_record_version(request.user, workflow),
    }
    return render(request, "registry/workflow/pipeline.html", context)
