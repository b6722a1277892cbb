"""What was attested of one workflow, and what is waited for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.policies.workflows import may_see_register
from registry.reports.attestations import of_workflow
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def attestations(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    context = {
        **frame(request, workflow, "workflow-attestations"),
        "rows": of_workflow(workflow),
        "today": timezone.localdate(clock()),
    }
    return render(request, "registry/workflow/attestations.html", context)
