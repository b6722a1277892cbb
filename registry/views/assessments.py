"""The tier of a workflow: why it is what it is, and every judgement so far."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from registry.forms.assessments import DecisionForm
from registry.kernel.audit.asof import clock
from registry.kernel.audit.asof import moment as asof_moment
from registry.kernel.http.pages import page
from registry.models import TierAssessment, Workflow
from registry.policies import assessments as policies
from registry.policies import tier_rules
from registry.policies.workflows import may_see_register
from registry.reports import tiers
from registry.services import assessment_drafts, reassessment
from registry.services import assessments as services
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def tier(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "registry/workflow/tier.html", tier_page(request, find(pk)))


def tier_page(request: SignedInRequest, workflow: Workflow, form: DecisionForm | None = None) -> dict[str, Any]:
    """Context of the tier page; `form` is a decision that was refused and stands there with its errors."""
    now = clock()
    today, rules = now.date(), services.rule_set_in_force(now)
    past = list(
        workflow.tier_assessments.select_related("assessed_by", "override_decided_by", "rule_set", "repeats").order_by(
            "-id"
        )
    )
    newest = past[0] if past else None
    computed, explanation = services.read_by(newest, rules) if newest else ("", {})
    return {
        **frame(request, workflow, "workflow-tier"),
        "newest": newest,
        "rules": rules,
        "may_see_rules": tier_rules.may_see(request.user),
        "why": tiers.read(computed, explanation, newest.answers, tiers.act_reason(newest)) if newest else None,
        "act": tiers.act_of(newest) if newest else None,
        "tier_now": services.tier_of(newest, today, rules) if newest else "",
        "again": reassessment.reasons_for(workflow, newest, reader=request.user),
        "draft": assessment_drafts.draft_of(workflow, request.user) if not asof_moment() else None,
        "is_overridden": newest is not None and services.is_override_in_force(newest, today),
        "has_run_out": newest is not None and _has_run_out(newest, today),
        "judgements": tiers.judgements(past),
        "may_assess": policies.may_assess(request.user, workflow),
        "may_ask": policies.may_ask_override(request.user, workflow),
        "may_decide": policies.may_decide_override(request.user, newest) if newest else None,
        "form": form or DecisionForm(),
    }


def _has_run_out(newest: TierAssessment, today: date) -> bool:
    approved = newest.override_status == TierAssessment.OverrideStatus.APPROVED
    return approved and not services.is_override_in_force(newest, today)
