"""Answering the questionnaire page by page: each page is kept as it is sent, so that nothing is lost on the way."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.ai_act import AiActFinding, classify, well_formed
from registry.ai_act_questions import QuestionKey
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import AssessmentDraft, TierAssessment, User, Workflow
from registry.policies import assessments as policies
from registry.risk_areas import Area
from registry.services import assessments
from registry.services.assessments_checking import area_problems, tidied

CHECK: Final = "CHECK"
AI_ACT_PAGE: Final = len(Area) + 1
PAGES: Final = AI_ACT_PAGE + 1
"""Seven areas, the EU AI Act, and checking the answers."""


def draft_of(workflow: Workflow, person: User) -> AssessmentDraft | None:
    return AssessmentDraft.objects.select_related("begun_after").filter(workflow=workflow, person=person).first()


def finding_of(draft: AssessmentDraft, on: date) -> AiActFinding:
    return classify(draft.ai_act_answers, on)


def steps_of(draft: AssessmentDraft, on: date) -> list[str]:
    """In the order in which they are asked: areas, those questions about the EU AI Act that are to be asked, check."""
    return [*map(str, Area), *map(str, finding_of(draft, on).asked), CHECK]


def page_of(step: str) -> int:
    """The number people see, from 1: all questions about the EU AI Act stand under one."""
    if step == CHECK:
        return PAGES
    return list(Area).index(Area(step)) + 1 if step in list(Area) else AI_ACT_PAGE


def is_answered(draft: AssessmentDraft, step: str) -> bool:
    return step in draft.answers or step in draft.ai_act_answers


def next_open(draft: AssessmentDraft, on: date, *, after: str = "") -> str:
    """Where to go on: the first page that this person has not seen, from `after` on; else checking the answers."""
    steps = steps_of(draft, on)
    rest = steps[steps.index(after) + 1 :] if after in steps else steps
    return next((step for step in rest if step not in draft.saved), CHECK)


@transaction.atomic
def begin(workflow: Workflow, *, by: User, at: datetime) -> AssessmentDraft:
    """This person's draft: the one there is, or a new one that starts from the newest answers."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_assess, by, current)
    if (draft := draft_of(current, by)) is not None:
        return draft
    newest = assessments.newest_assessment(current)
    with acting(user_id=by.pk, reason=_("Assessment begun")):
        return AssessmentDraft.objects.create(
            workflow=current,
            person=by,
            begun_after=newest,
            answers=newest.answers if newest else {},
            ai_act_answers=newest.ai_act_answers if newest else {},
            begun_at=at,
            saved_at=at,
        )


@transaction.atomic
def answer_area(
    draft: AssessmentDraft,
    *,
    by: User,
    at: datetime,
    area: str,
    level: str,
    reason: str = "",
    evidence: Sequence[str] = (),
    opened_version: int | None = None,
) -> AssessmentDraft:
    """Keep one area. What is wrong is refused by the names of `assessments_checking.checked_answers`."""
    current = _held(draft, by)
    if area not in list(Area):
        raise ValidationError({"step": _("This is not one of the areas.")})
    given = tidied({"level": level, "reason": reason, "evidence": evidence})
    if problems := area_problems(Area(area), given):
        raise ValidationError(problems)
    _refuse_if_moved(current, area, opened_version, current.answers.get(area), given)
    current.answers = {**current.answers, area: given}
    return _save(current, area, at=at, label=Area(area).label)


@transaction.atomic
def answer_act(
    draft: AssessmentDraft,
    *,
    by: User,
    at: datetime,
    question: str,
    points: Sequence[str],
    reason: str = "",
    opened_version: int | None = None,
) -> AssessmentDraft:
    """Keep one question about the EU AI Act. Answers further on stay, in case they are asked again."""
    current = _held(draft, by)
    given = {"points": list(dict.fromkeys(points)), "reason": reason.strip()}
    if problems := well_formed({question: given}):
        raise ValidationError({"step" if question not in list(QuestionKey) else "points": list(problems.values())})
    if given["points"] and not given["reason"]:
        raise ValidationError({"reason": _("Say why these points hold.")})
    _refuse_if_moved(current, question, opened_version, current.ai_act_answers.get(question), given)
    current.ai_act_answers = {**current.ai_act_answers, question: given}
    return _save(current, question, at=at, label=QuestionKey(question).label)


@transaction.atomic
def discard(draft: AssessmentDraft, *, by: User, at: datetime) -> None:
    """The answers go; the history keeps them."""
    current = _held(draft, by)
    with acting(user_id=by.pk, reason=_("Assessment discarded")):
        current.delete()


def newer_than(draft: AssessmentDraft) -> TierAssessment | None:
    """The assessment that somebody made since this draft was begun, if there is one."""
    newest = assessments.newest_assessment(draft.workflow)
    return newest if newest is not None and newest.pk != draft.begun_after_id else None


@transaction.atomic
def submit(
    draft: AssessmentDraft, *, by: User, at: datetime, seen: int | None = None, **override: Any
) -> TierAssessment:
    """The answers become an assessment and the draft ends.

    When somebody assessed meanwhile, `seen` must name that assessment: whoever submits has read what differs.
    """
    workflow = Workflow.objects.select_for_update().get(pk=draft.workflow_id)
    current = _held(draft, by)
    newer = newer_than(current)
    if newer is not None and newer.pk != seen:
        raise Conflict(
            _("%(name)s assessed this workflow after you began. Read what differs, then submit.")
            % {"name": newer.assessed_by},
            code="newer-assessment",
        )
    made = assessments.assess(
        workflow, by=by, at=at, answers=current.answers, ai_act_answers=current.ai_act_answers, **override
    )
    with acting(user_id=by.pk, reason=_("Assessment submitted")):
        current.delete()
    return made


def _held(draft: AssessmentDraft, by: User) -> AssessmentDraft:
    current = AssessmentDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if current is None:
        raise Conflict(_("This assessment was submitted or discarded meanwhile."))
    require(policies.may_answer, by, current)
    return current


def _refuse_if_moved(
    draft: AssessmentDraft, step: str, opened: int | None, stored: Mapping[str, Any] | None, given: Mapping[str, Any]
) -> None:
    """The same person may have two windows: what the other one saved since is not overwritten unseen."""
    if opened is not None and draft.saved.get(step, 0) > opened and stored != given:
        raise Conflict(_("You saved another answer to this in another window."), code="stale")


def _save(draft: AssessmentDraft, step: str, *, at: datetime, label: str) -> AssessmentDraft:
    draft.version += 1
    draft.saved = {**draft.saved, step: draft.version}
    draft.saved_at = max(at, draft.begun_at)
    with acting(user_id=draft.person_id, reason=_("Answered: %(what)s") % {"what": label}):
        draft.save()
    return draft
