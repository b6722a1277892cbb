"""Judging the risk tier: by the rules in force, or differently when a second person agrees."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import TierAssessment, TierRuleSet, User, Workflow
from registry.policies import assessments as policies
from registry.services.assessments_act import ActGiven, class_of, record_of
from registry.services.assessments_checking import check_open, check_override, checked_answers
from registry.services.capability_proof import follow
from registry.services.capability_requirements import take_requirements
from registry.services.readiness import put_readiness, refresh_readiness
from registry.tiering import Area, Level, TierResult, decide, required_capabilities

Status = TierAssessment.OverrideStatus


def rule_set_in_force(at: datetime) -> TierRuleSet:
    return TierRuleSet.objects.in_force(at)


def newest_assessment(workflow: Workflow) -> TierAssessment | None:
    return (
        workflow.tier_assessments.select_related("assessed_by", "override_decided_by", "rule_set", "repeats")
        .order_by("-id")
        .first()
    )


def is_override_in_force(assessment: TierAssessment, on: date) -> bool:
    """Approved and not run out; the last day is still inside."""
    until = assessment.override_until_date
    return assessment.override_status == Status.APPROVED and (until is None or on <= until)


def read_by(assessment: TierAssessment, rule_set: TierRuleSet) -> tuple[str, dict[str, Any]]:
    """Tier and explanation that a version of the rules gives for these answers; kept ones where it is the same."""
    if assessment.rule_set_id == rule_set.pk:
        return assessment.computed_tier, assessment.explanation
    result = result_of(assessment.answers, assessment.ai_act_class, rule_set)
    return result.tier, explanation_of(result, assessment.answers)


def tier_of(assessment: TierAssessment, on: date, rule_set: TierRuleSet) -> str:
    """The tier this assessment gives on that day by that version of the rules."""
    if is_override_in_force(assessment, on):
        return assessment.override_tier
    return read_by(assessment, rule_set)[0]


def tier_in_force(workflow: Workflow, at: datetime) -> str:
    """The tier by the newest assessment; empty when nobody has judged the workflow yet."""
    newest = newest_assessment(workflow)
    return tier_of(newest, at.date(), rule_set_in_force(at)) if newest else ""


def result_of(answers: Mapping[str, Mapping[str, str]], ai_act_class: str, rule_set: TierRuleSet) -> TierResult:
    """What the rules say; raises `Unanswered` while an area has no answer."""
    levels = {Area(area): Level(answer["level"]) for area, answer in answers.items() if answer.get("level")}
    return decide(levels, AiActClass(ai_act_class), rule_set.definition)


@transaction.atomic
def assess(
    workflow: Workflow,
    *,
    by: User,
    at: datetime,
    answers: Mapping[str, Mapping[str, Any]],
    ai_act_class: str = "",
    ai_act_reason: str = "",
    ai_act_answers: Mapping[str, Mapping[str, Any]] | None = None,
    override_tier: str = "",
    override_reason: str = "",
    override_until_date: date | None = None,
    repeats: TierAssessment | None = None,
) -> TierAssessment:
    """A judgement by the rules in force now. A tier other than theirs waits for a second person.

    `answers`: area → {"level", "reason", "evidence"}; a level above LOW needs its reason. The class under the EU AI
    Act follows from `ai_act_answers`, or is given as it is with a reason.
    """
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_assess, by, current)
    act = class_of(ActGiven(ai_act_class, ai_act_reason, ai_act_answers), at.date())
    given = checked_answers(answers, act)
    rule_set = rule_set_in_force(at)
    result = result_of(given, act.ai_act, rule_set)
    if override_tier:
        require(policies.may_ask_override, by, current)
        check_override(result.tier, override_tier, override_reason, override_until_date, at.date())
    with acting(user_id=by.pk, reason=override_reason or _("Tier assessment")):
        assessment = TierAssessment.objects.create(
            workflow=current,
            rule_set=rule_set,
            repeats=repeats,
            answers=given,
            **record_of(act),
            computed_tier=result.tier,
            explanation=explanation_of(result, given),
            override_tier=override_tier,
            override_reason=override_reason.strip() if override_tier else "",
            override_status=Status.ASKED if override_tier else Status.NONE,
            override_until_date=override_until_date if override_tier else None,
            assessed_by=by,
            assessed_at=at,
        )
        take_requirements(current)
        if not put_in_force(current, result.tier, at=at):
            refresh_readiness(current, at=at)
    return assessment


@transaction.atomic
def ask_override(
    workflow: Workflow, *, by: User, at: datetime, tier: str, reason: str, until_date: date | None
) -> TierAssessment:
    """Another tier for the answers already given: the same answers again, waiting for a second person."""
    newest = newest_assessment(Workflow.objects.select_for_update().get(pk=workflow.pk))
    if newest is None:
        raise Conflict(_("This workflow has not been assessed yet. Answer the seven areas first."))
    if newest.override_status == Status.ASKED:
        raise Conflict(_("Another tier has been asked for already and waits for a decision."))
    return assess(
        workflow,
        by=by,
        at=at,
        answers=newest.answers,
        ai_act_class="" if newest.ai_act_answers else newest.ai_act_class,
        ai_act_reason=newest.ai_act_reason,
        ai_act_answers=newest.ai_act_answers or None,
        repeats=newest.repeats or newest,
        override_tier=tier,
        override_reason=reason,
        override_until_date=until_date,
    )


@transaction.atomic
def decide_override(
    assessment: TierAssessment, *, by: User, at: datetime, approve: bool, reason: str
) -> TierAssessment:
    """A second person's answer to a tier that was asked for. Only the newest assessment is decided on."""
    workflow = Workflow.objects.select_for_update().get(pk=assessment.workflow_id)
    current = TierAssessment.objects.select_for_update().get(pk=assessment.pk)
    require(policies.may_decide_override, by, current)
    check_open(current, at.date(), approve)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.override_status = Status.APPROVED if approve else Status.REFUSED
    current.override_decided_by, current.override_decided_at = by, at
    current.override_decision_reason = reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
        put_in_force(workflow, tier_of(current, at.date(), rule_set_in_force(at)), at=at)
    return current


@transaction.atomic
def end_overrides(*, at: datetime) -> int:
    """Put the tier by the rules back in force where an approved override has run out; how many workflows changed."""
    ended = TierAssessment.objects.filter(override_status=Status.APPROVED, override_until_date__lt=at.date())
    changed = 0
    for workflow in Workflow.objects.select_for_update().filter(pk__in=ended.values("workflow")).order_by("pk"):
        with acting(reason=_("The approved other tier has run out.")):
            changed += put_in_force(workflow, tier_in_force(workflow, at), at=at)
    return changed


def explanation_of(result: TierResult, answers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What is kept of a result: symbols only, so that it can be read in any language later."""
    levels = {Area(area): Level(answer["level"]) for area, answer in answers.items()}
    return {
        "rule": result.rule_name,
        "rule_set": result.rule_set_version,
        "causes": [{"area": cause.area, "level": cause.level} for cause in result.causes],
        "also": [{"area": cause.area, "level": cause.level} for cause in result.also],
        "changes": [{"area": c.area, "level": c.level, "tier": c.tier} for c in result.changes],
        "capabilities": [capability.key for capability in required_capabilities(levels)],
    }


def put_in_force(workflow: Workflow, tier: str, *, at: datetime) -> bool:
    """Copy the tier to a locked workflow; whether it was another one before."""
    if workflow.tier == tier:
        return False
    workflow.tier = tier
    workflow.version += 1
    follow(workflow)
    put_readiness([workflow], at=at)
    workflow.save()
    return True
