"""Deciding on a request, step by step: each by one person who neither asked nor decided another step."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import LATEST_CONDITION, Status, lapses_on
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import GateCondition, GateRequest, GateStep, User
from registry.policies import gates as policies
from registry.reports.gate_blockers import standing
from registry.services import gate_telling as telling
from registry.services.gate_refusals import refuse_blocked, refuse_outgrown
from registry.services.gates import locked
from registry.services.readiness import refresh_readiness

MOST_CONDITIONS = 10
Verdict = GateStep.Verdict
Conditions = Sequence[Mapping[str, Any]]


@transaction.atomic
def decide(
    request: GateRequest, *, by: User, at: datetime, approve: bool, reason: str, conditions: Conditions = ()
) -> GateRequest:
    """The answer at the step that is open. `conditions`: {"text", "due_date", "owner"} each, only when agreeing.

    Nobody agrees while something is missing, also where it was there when the request was made.
    """
    current = locked(request)
    steps = list(current.steps.select_for_update().order_by("number"))
    step = policies.open_step(steps)
    if step is None or not current.is_waiting:
        raise Conflict(_("Nobody waits for a decision here any more."))
    require(policies.may_decide_step, by, step, steps, current.workflow)
    today = timezone.localdate(at)
    _check(reason, approve, conditions, today)
    if approve:
        refuse_outgrown(current, current.workflow)
        refuse_blocked(standing(current.workflow, current.kind, at))
    with acting(user_id=by.pk, reason=reason):
        step.verdict = Verdict.APPROVED if approve else Verdict.REFUSED
        step.decided_by, step.decided_at, step.reason = by, at, reason.strip()
        step.save()
        for condition in conditions:
            GateCondition.objects.create(
                request=current,
                text=condition["text"].strip(),
                due_date=condition["due_date"],
                owner=condition["owner"],
                set_by=by,
                set_at=at,
            )
        _follow(current, approve=approve, is_last=step.number == len(steps), at=at)
        refresh_readiness(current.workflow, at=at)
    _tell(current, by=by, at=at)
    return current


def _follow(request: GateRequest, *, approve: bool, is_last: bool, at: datetime) -> None:
    if not approve:
        request.status = Status.REFUSED
    elif is_last:
        request.status, request.granted_at = Status.GRANTED, at
        request.valid_until_date = lapses_on(timezone.localdate(at), request.tier)
    else:
        request.step_since_at = at
    request.save()


def _tell(request: GateRequest, *, by: User, at: datetime) -> None:
    if request.is_waiting:
        telling.ask_deciders(request, at=at)
    else:
        telling.tell_ended(request, by=by, at=at)
    telling.tell_owners_of_conditions(request, at=at)


def _check(reason: str, approve: bool, conditions: Conditions, today: date) -> None:
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = _("Say why.")
    if conditions and not approve:
        problems["conditions"] = _("Conditions belong to an agreement, not to a refusal.")
    elif len(conditions) > MOST_CONDITIONS:
        problems["conditions"] = _("At most %(most)d conditions.") % {"most": MOST_CONDITIONS}
    elif wrong := [sentence for condition in conditions if (sentence := _wrong(condition, today))]:
        problems["conditions"] = wrong[0]
    if problems:
        raise ValidationError(problems)


def _wrong(condition: Mapping[str, Any], today: date) -> str:
    """What is wrong with one condition; empty when nothing is."""
    if not condition["text"].strip() or condition["due_date"] is None or condition["owner"] is None:
        return _("A condition says what, by which day, and who.")
    if not today < condition["due_date"] <= today + LATEST_CONDITION:
        return _("A condition is due on a day in the future, at most one year ahead.")
    if not condition["owner"].is_active:
        return _("%(person)s has left; choose somebody who is active.") % {"person": condition["owner"]}
    return ""
