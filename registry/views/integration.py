"""How a program is connected to the control plane, and whether its first question has come."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from registry.kernel.http.pages import page
from registry.models import ControlInstance, Workflow
from registry.modes import MEANS, Mode
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.reports.integration import flags_of, snippets
from registry.views.control import TAB
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import find, frame


@page(may_see_register, "GET")
def integration(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    context = {
        **frame(request, workflow, TAB),
        **_first(workflow),
        "address": settings.SITE_URL,
        "flags": flags_of(workflow),
        "modes": [(str(mode), mode.label, MEANS[mode]) for mode in Mode],
        "snippets": snippets(workflow),
        "has_key": workflow.control_tokens.filter(revoked_at=None).exists(),
        "may_manage_keys": policies.may_manage_keys(request.user, workflow),
    }
    return render(request, "registry/control/integration.html", context)


@page(may_see_register, "GET")
def first_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the page that waits for the first question."""
    workflow = find(pk)
    return render(request, "registry/control/first_call.html", {"workflow": workflow, **_first(workflow)})


def _first(workflow: Workflow) -> dict[str, Any]:
    rows = ControlInstance.objects.filter(token__workflow=workflow).select_related("token")
    return {"latest": rows.order_by("-last_at").first()}
