"""The baselines of a workflow: all of them, one of them beside the one before and beside now, its bytes."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from registry.drift import differences, read
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.pages import page
from registry.models import Baseline, Workflow
from registry.policies import baselines as policies
from registry.policies.workflows import may_see_register
from registry.reports.baselines import before, current_parts, drift_of, lines, rows
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-surfaces"
PER_PAGE = 25


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def baselines(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = workflow.baselines.select_related("proposed_by", "decided_by", "withdrawn_by")
    context = {
        **frame(request, workflow, TAB),
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_propose": policies.may_propose(request.user, workflow),
    }
    return render(request, "registry/workflow/baselines.html", context)


@page(may_see_register, "GET")
@knows_past(Baseline)
def baseline(request: SignedInRequest, pk: int) -> HttpResponse:
    found = find_baseline(pk)
    context = {**frame(request, found.workflow, TAB), **shown(request, found)}
    return render(request, "registry/workflow/baseline.html", context)


@page(may_see_register, "GET")
def baseline_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Exactly the bytes that were hashed, so that anybody can hash them again."""
    found = find_baseline(pk)
    answer = HttpResponse(canonical(found.content), content_type="application/json")
    name = f"{found.workflow.reference}-baseline-{found.number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def find_baseline(pk: int) -> Baseline:
    found = get_object_or_404(Baseline.objects.select_related("proposed_by", "decided_by", "withdrawn_by"), pk=pk)
    found.workflow = find(found.workflow_id)
    return found


def shown(request: SignedInRequest, found: Baseline) -> dict[str, Any]:
    earlier, parts = before(found), read(found.content)
    return {
        "baseline": found,
        "surfaces": rows(parts),
        "is_intact": digest(canonical(found.content)) == found.sha256,
        "earlier": earlier,
        "since_earlier": lines(differences(read(earlier.content), parts)) if earlier else [],
        "until_now": lines(differences(parts, current_parts(found.workflow))),
        "may_decide": policies.may_decide(request.user, found),
        "may_withdraw": policies.may_withdraw(request.user, found),
    }


def standing(request: SignedInRequest, workflow: Workflow) -> dict[str, Any]:
    """What the card of the approved baseline reads."""
    drift = drift_of(workflow)
    waiting = workflow.baselines.waiting().select_related("proposed_by").first()
    if waiting is not None:
        waiting.workflow = workflow
    return {
        "drift": drift,
        "drift_lines": lines(drift.differences) if drift else [],
        "waiting": waiting,
        "may_propose": policies.may_propose(request.user, workflow),
        "may_decide": policies.may_decide(request.user, waiting) if waiting else None,
    }
