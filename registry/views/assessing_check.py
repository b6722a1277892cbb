"""Checking the answers of the questionnaire, and submitting them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.assessing import SubmitForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import AssessmentDraft, TierAssessment, Workflow
from registry.policies import assessments as policies
from registry.policies.workflows import may_see_register
from registry.reports import ai_act, tiers
from registry.risk_areas import Area
from registry.services import assessment_drafts as services
from registry.services.assessment_panel import panel_of
from registry.views.assessing import address, label_of
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of
from registry.views.workflow_frame import find, frame


@page(may_see_register)
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """All answers with a way to change each; what does not fit; what somebody else judged meanwhile."""
    workflow = find(pk)
    require(policies.may_assess, request.user, workflow)
    draft = services.draft_of(workflow, request.user)
    if draft is None and not request.POST.get("once"):
        return redirect("workflow-assess", pk)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (url := _sent(request, workflow, draft, form)):
        return redirect(url)
    if draft is None:
        return redirect("workflow-tier", pk)
    now = timezone.now()
    newer = services.newer_than(draft)
    context = {
        **frame(request, workflow, "workflow-tier"),
        "form": form,
        "draft": draft,
        "panel": panel_of(workflow, draft.answers, draft.ai_act_answers, at=now),
        "rows": _rows(workflow, draft),
        "act_rows": _act_rows(workflow, draft),
        "open": [
            (label_of(key), address(workflow, key))
            for key in services.steps_of(draft, now.date())[:-1]
            if not services.is_answered(draft, key)
        ],
        "newer": newer,
        "newer_differences": _differences(draft, newer) if newer else [],
        "number": services.PAGES,
        "pages": services.PAGES,
    }
    return render(request, "registry/workflow/assess_check.html", context, status=status_of(form))


def _sent(request: SignedInRequest, workflow: Workflow, draft: AssessmentDraft | None, form: SubmitForm) -> str | None:
    return create_once(request, form, lambda: _submitted(request, workflow, draft, form))


def _submitted(request: SignedInRequest, workflow: Workflow, draft: AssessmentDraft | None, form: SubmitForm) -> str:
    if draft is None:
        raise ValidationError(_("This assessment was submitted or discarded meanwhile."))
    given = form.cleaned_data
    try:
        made = services.submit(
            draft,
            by=request.user,
            at=timezone.now(),
            seen=given["seen"],
            override_tier=given["override_tier"],
            override_reason=given["override_reason"],
            override_until_date=given["override_until_date"],
        )
    except ValidationError as refused:
        raise _with_areas(refused) from refused
    if made.override_tier:
        said = _("Assessed. The other tier waits for a second person; until then the rules decide.")
    else:
        said = _("Assessed: %(tier)s.") % {"tier": made.get_computed_tier_display()}
    messages.success(request, said)
    return reverse("workflow-tier", args=[workflow.pk])


def _with_areas(refused: ValidationError) -> ValidationError:
    """Problems of an area name it, since its fields stand on another page."""
    if not hasattr(refused, "error_dict"):
        return refused
    problems: dict[str, list[str]] = {}
    for name, errors in refused.error_dict.items():
        area = name.rpartition("_")[0]
        sentences = [str(sentence) for error in errors for sentence in error.messages]
        if area in list(Area):
            problems.setdefault("__all__", []).extend(f"{Area(area).label}: {sentence}" for sentence in sentences)
        else:
            problems.setdefault(name, []).extend(sentences)
    return ValidationError(problems)


def _rows(workflow: Workflow, draft: AssessmentDraft) -> list[dict[str, Any]]:
    read = tiers.answers_in_words(draft.answers)
    return [
        {"reason": reason, "url": address(workflow, area), "is_answered": area in draft.answers}
        for area, reason in zip(Area, read, strict=True)
    ]


def _act_rows(workflow: Workflow, draft: AssessmentDraft) -> list[dict[str, Any]]:
    asked = services.finding_of(draft, timezone.now().date()).asked
    given = {row.key: row for row in ai_act.answered(draft.ai_act_answers)}
    return [
        {"label": label_of(key), "url": address(workflow, key), "answer": given.get(str(key))}
        for key in map(str, asked)
    ]


def _differences(draft: AssessmentDraft, newer: TierAssessment) -> list[tiers.Difference]:
    """What somebody else answered after this was begun, beside what stands here."""
    theirs = [*tiers.answers_in_words(newer.answers)]
    mine = [*tiers.answers_in_words(draft.answers)]
    found = [
        tiers.Difference(one.subject, one.level, other.level)
        for one, other in zip(theirs, mine, strict=True)
        if one.symbol != other.symbol
    ]
    act = services.finding_of(draft, timezone.now().date()).ai_act
    if act != newer.ai_act_class:
        found.append(tiers.Difference(tiers.EU_AI_ACT, tiers.class_label(newer.ai_act_class), act.label))
    return found
