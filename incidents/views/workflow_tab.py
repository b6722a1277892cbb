"""The incidents tab of a workflow."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from incidents.models import Incident
from incidents.policies.incidents import may_declare, may_see_list
from incidents.views.lists import ordered
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

PAGE = 50


@page(may_see_list, "GET")
@knows_past(Workflow, DIFFERENCE)
def workflow_incidents(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    rows: Any = Incident.objects.visible_to(request.user).of_workflow(workflow)
    page_obj = Paginator(ordered(rows, "-declared"), PAGE).get_page(request.GET.get("page"))
    context = frame(request, workflow, "workflow-incidents") | {
        "page_obj": page_obj,
        "may_declare": may_declare(request.user),
    }
    return render(request, "incidents/workflow_tab.html", context)
