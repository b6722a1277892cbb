"""The tier of a workflow: why it is what it is, every judgement so far, and a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.forms.assessments import AssessmentForm, DecisionForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import TierAssessment, Workflow
from registry.policies import assessments as policies
from registry.policies.workflows import may_see_register
from registry.reports import tiers
from registry.risk_areas import Area, Level
from registry.services import assessments as services
from registry.tiering import Unanswered
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of
from registry.views.workflow_frame import DIFFERENCE, find, frame


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def tier(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "registry/workflow/tier.html", tier_page(request, find(pk)))


def tier_page(request: SignedInRequest, workflow: Workflow, form: DecisionForm | None = None) -> dict[str, Any]:
    """Context of the tier page; `form` is a decision that was refused and stands there with its errors."""
    today = clock().date()
    past = list(
        workflow.tier_assessments.select_related("assessed_by", "override_decided_by", "rule_set").order_by("-id")
    )
    newest = past[0] if past else None
    return {
        **frame(request, workflow, "workflow-tier"),
        "newest": newest,
        "why": tiers.read_assessment(newest) if newest else None,
        "tier_now": services.tier_of(newest, today) if newest else "",
        "is_overridden": newest is not None and services.is_override_in_force(newest, today),
        "has_run_out": newest is not None and _has_run_out(newest, today),
        "judgements": tiers.judgements(past),
        "may_assess": policies.may_assess(request.user, workflow),
        "may_ask": policies.may_ask_override(request.user, workflow),
        "may_decide": policies.may_decide_override(request.user, newest) if newest else None,
        "form": form or DecisionForm(),
    }


def _has_run_out(newest: TierAssessment, today: Any) -> bool:
    approved = newest.override_status == TierAssessment.OverrideStatus.APPROVED
    return approved and not services.is_override_in_force(newest, today)


@page(may_see_register)
def assess(request: SignedInRequest, pk: int) -> HttpResponse:
    """The seven areas and the class; the button "Show result" shows the tier without saving."""
    workflow = find(pk)
    require(policies.may_assess, request.user, workflow)
    newest = services.newest_assessment(workflow)
    shown: dict[str, Any] = {}
    draft = f"assess-{pk}-{newest.pk if newest else 0}"
    if request.method == "POST" and request.POST.get("verb") == "preview":
        form = AssessmentForm(initial=request.POST.dict(), newest=newest)
        shown = _outcome(request.POST)
    elif request.method == "POST":
        form = AssessmentForm(request.POST, newest=newest)
        shown = _outcome(request.POST)
        if form.is_valid() and (url := create_once(request, form, lambda: _save(request, workflow, form, draft))):
            return redirect(url)
    else:
        form = AssessmentForm(newest=newest)
        shown = _outcome(_as_query(newest)) if newest else {}
    context = {**frame(request, workflow, "workflow-tier"), "form": form, "newest": newest, "draft": draft, **shown}
    return render(request, "registry/workflow/assess.html", context, status=status_of(form))


@page(may_see_register, "POST")
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """The result panel alone, for the answers given so far. Saves nothing."""
    workflow = find(pk)
    require(policies.may_assess, request.user, workflow)
    return render(request, "registry/workflow/tier_result.html", {"workflow": workflow, **_outcome(request.POST)})


def _save(request: SignedInRequest, workflow: Workflow, form: AssessmentForm, draft: str) -> str:
    given = form.cleaned_data
    made = services.assess(
        workflow,
        by=request.user,
        at=timezone.now(),
        answers=form.answers(),
        ai_act_class=given["ai_act_class"],
        ai_act_reason=given["ai_act_reason"],
        override_tier=given["override_tier"],
        override_reason=given["override_reason"],
        override_until_date=given["override_until_date"],
    )
    if made.override_tier:
        said = _("Assessed. The other tier waits for a second person; until then the rules decide.")
    else:
        said = _("Assessed: %(tier)s.") % {"tier": made.get_computed_tier_display()}
    messages.success(request, said, extra_tags=f"draft-done:{draft}")
    return reverse("workflow-tier", args=[workflow.pk])


def _outcome(given: QueryDict) -> dict[str, Any]:
    """`result`, or the areas still `missing`, for answers as they were sent."""
    answers = {
        area.value: {"level": given.get(f"{area}_level", ""), "reason": given.get(f"{area}_reason", "")}
        for area in Area
    }
    known = {area: answer for area, answer in answers.items() if answer["level"] in list(Level)}
    sent = given.get("ai_act_class", "")
    act = sent if sent in list(AiActClass) else AiActClass.NOT_ASSESSED
    try:
        result = services.result_of(known, act, services.rule_set_in_force(timezone.now()))
    except Unanswered as unanswered:
        return {"missing": [area.label for area in unanswered.areas]}
    explanation = services.explanation_of(result, known)
    return {"result": tiers.read(result.tier, explanation, known, given.get("ai_act_reason", ""))}


def _as_query(newest: TierAssessment) -> QueryDict:
    query = QueryDict(mutable=True)
    for area, answer in newest.answers.items():
        query[f"{area}_level"], query[f"{area}_reason"] = answer["level"], answer["reason"]
    query["ai_act_class"] = newest.ai_act_class
    return query
