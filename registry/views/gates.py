"""Requests at gates: those of a workflow, one with everything about it, and all of them as a list."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from registry.approvals import LIVE, Autonomy, Basis, GateKind, is_raise
from registry.filters.gates import filtered, listed
from registry.forms.gates import GateDecisionForm
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import GateRequest, Stage, Workflow
from registry.policies import gates as policies
from registry.policies.workflows import may_see_register
from registry.reports import gates as reports
from registry.reports.gate_blockers import Blocker, standing
from registry.views.past import knows_past
from registry.views.readiness_links import place_url
from registry.views.requests import SignedInRequest, query_of
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-gates"
ROWS = 50
TABS = (
    ("", gettext_lazy("All")),
    ("whose=me", gettext_lazy("Waits for me")),
    ("status=ASKED", gettext_lazy("Waiting")),
    ("status=GRANTED", gettext_lazy("Granted, not used")),
    ("status=LAPSED", gettext_lazy("Lapsed")),
    ("whose=mine", gettext_lazy("Asked by me")),
)
"""Addresses that are wanted often."""


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def gates(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = reports.requests_of(workflow)
    context = {
        **frame(request, workflow, TAB),
        "requests": found,
        "gates": [_gate(request, workflow, kind, found) for kind in GateKind if _concerns(workflow, kind)],
        "basis": Basis(workflow.production_basis) if workflow.production_basis else None,
        "autonomy": Autonomy(workflow.autonomy) if workflow.autonomy else None,
        "may_ask": policies.may_ask(request.user, workflow),
    }
    return render(request, "registry/workflow/gates.html", context)


def _concerns(workflow: Workflow, kind: str) -> bool:
    """Whether there is something to ask for at all."""
    if kind == GateKind.GO_LIVE:
        return workflow.stage == Stage.PILOT or (
            workflow.stage == Stage.PRODUCTION and workflow.production_basis != Basis.GATE
        )
    is_built = workflow.stage in (Stage.PILOT, Stage.PRODUCTION)
    return is_built and any(is_raise(workflow.autonomy, level) for level in Autonomy)


def _gate(request: SignedInRequest, workflow: Workflow, kind: GateKind, found: list[GateRequest]) -> dict[str, Any]:
    live = next((row for row in found if row.kind == kind and row.status in LIVE), None)
    blockers = () if live is not None else standing(workflow, kind, clock()).blockers
    return {"kind": kind, "live": live, "blockers": [(blocker, _url(workflow, blocker)) for blocker in blockers]}


def _url(workflow: Workflow, blocker: Blocker) -> str:
    """Capabilities are met on their list, checks explained on the page of readiness."""
    if blocker.kind == "capability":
        return place_url(workflow, "gaps")
    ahead = "?stage=PRODUCTION" if workflow.stage == Stage.PILOT else ""
    return f"{reverse('workflow-readiness', args=[workflow.pk])}{ahead}#check-{blocker.key.lower()}"


@page(may_see_register, "GET")
@knows_past(GateRequest)
def gate_request(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "registry/workflow/gate_request.html", request_page(request, find_request(pk)))


def find_request(pk: int) -> GateRequest:
    rows = GateRequest.objects.select_related("workflow", "asked_by", "used_by", "withdrawn_by")
    rows = rows.prefetch_related("steps__decided_by", "conditions__owner", "conditions__met_by", "conditions__set_by")
    return get_object_or_404(rows, pk=pk)


def request_page(request: SignedInRequest, found: GateRequest, form: Any = None) -> dict[str, Any]:
    """Everything about one request. `form` is a decision that was refused."""
    now = clock()
    today = timezone.localdate(now)
    workflow = find(found.workflow_id)
    found.workflow = workflow
    blocked = standing(workflow, found.kind, now).blockers if found.status in LIVE else ()
    for condition in found.conditions.all():
        condition.request = found
    return {
        **frame(request, workflow, TAB),
        "found": found,
        "chain": reports.chain(found),
        "is_valid": reports.is_valid_on(found, today),
        "conditions": [
            (row, row.days_late(today), policies.may_meet(request.user, row)) for row in found.conditions.all()
        ],
        "late": reports.late_conditions(found, today),
        "blockers": [(blocker, _url(workflow, blocker)) for blocker in blocked],
        "facts": found.facts,
        "form": form or GateDecisionForm(),
        "may_decide": policies.may_decide(request.user, found),
        "may_withdraw": policies.may_withdraw(request.user, found),
        "may_use": policies.may_use(request.user, found),
    }


@page(may_see_register, "GET")
@knows_past()
def requests(request: SignedInRequest) -> HttpResponse:
    """All requests, the newest first."""
    found = filtered(request.GET, request)
    rows: QuerySet[GateRequest] = found.qs.order_by("-pk")
    page_obj = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [(row, reports.chain(row)) for row in page_obj],
        "tabs": [(query, label, query == query_of(request, "q")) for query, label in TABS],
        "filters": found.form,
        "is_empty": not page_obj.object_list and not listed().exists(),
    }
    return render(request, "registry/gates/list.html", context)
