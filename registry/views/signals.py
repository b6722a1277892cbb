"""How a workflow is watched, and below it what it can set off."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from registry import proofs
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import Signal, Workflow
from registry.policies import downstream as downstream_policies
from registry.policies import signals as policies
from registry.policies.workflows import may_see_register
from registry.reports.blast import paths, worst_sentence
from registry.reports.watching import in_order, monitors
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-signals"


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def signals(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = in_order(workflow.signals.select_related("owner"))
    actions = list(workflow.downstream_actions.select_related("tool"))
    numbered = paths(actions)
    context = {
        **frame(request, workflow, TAB),
        "monitors": monitors(signal for signal in found if signal.is_active),
        "listed": [_line(request, workflow, signal) for signal in found],
        "paths": numbered,
        "fresh_days": proofs.SIGNAL.days[workflow.tier or proofs.UNJUDGED],
        "worst": worst_sentence(numbered),
        "retired_actions": [action for action in actions if not action.is_active],
        "may_edit_signals": policies.may_edit_signals(request.user, workflow),
        "may_edit_downstream": downstream_policies.may_edit_downstream(request.user, workflow),
    }
    return render(request, "registry/workflow/signals.html", context)


def _line(request: SignedInRequest, workflow: Workflow, signal: Signal) -> dict[str, Any]:
    signal.workflow = workflow  # read once, so that asking the policy costs no query
    return {
        "signal": signal,
        "is_stale": signal.is_proof_stale(clock()),
        "may_prove": policies.may_prove(request.user, signal),
    }
