"""The chase: a sweep that takes each owed step once, whatever happens to it on the way.

The database says what is owed, so running it twice, in two workers at once, or again after a kill changes nothing:
each item is taken in a transaction of its own that holds its row and writes steps, notices and mail together.
"""

from datetime import date, datetime

import structlog
from django.db import Error, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.audit.bulk import create_many
from registry.kernel.audit.context import acting
from registry.kernel.notify.models import Notice
from registry.kernel.notify.tell import tell
from reviews.calendar import Step, steps_due
from reviews.lifecycle import ActionState
from reviews.models import ActionItem, ActionPassage, ChaseCalendar, ChaseStep
from reviews.models.actions import CHASED
from reviews.policies import actions as policies
from reviews.services.action_states import pass_to, say
from reviews.services.chase_due import calendar_in_force, owed
from reviews.services.chase_ladder import Call, calls
from reviews.services.chase_words import body_of, subject_of

log = structlog.get_logger(__name__)


def chase(*, at: datetime, limit: int = 500) -> int:
    """Take up to `limit` owed steps, one for each action item; how many were taken."""
    today = timezone.localdate(at)
    reopen_expired(at=at, limit=limit)
    calendar = calendar_in_force(at)
    waiting = list(owed(today, calendar.definition).values_list("pk", flat=True)[:limit])
    return sum(_chase_safely(pk, calendar, at=at, today=today) for pk in waiting)


def reopen_expired(*, at: datetime, limit: int = 500) -> int:
    """Open items again whose risk was accepted until a day that is over; that day becomes the one they are due."""
    today = timezone.localdate(at)
    expired = ActionItem.objects.filter(state=ActionState.RISK_ACCEPTED, accepted_until_date__lt=today)
    return sum(_reopen(pk, at=at, today=today) for pk in list(expired.values_list("pk", flat=True)[:limit]))


def _chase_safely(pk: int, calendar: ChaseCalendar, *, at: datetime, today: date) -> bool:
    """One item that cannot be chased must not keep the others from it; it stays owed for the next sweep."""
    try:
        return _chase_one(pk, calendar, at=at, today=today)
    except Error:
        log.exception("action item not chased", action=pk)
        return False


def _chase_one(pk: int, calendar: ChaseCalendar, *, at: datetime, today: date) -> bool:
    with transaction.atomic():
        action = _taken(pk)
        if action is None or action.state not in CHASED:
            return False
        recorded = set(action.chase_steps.filter(due_date=action.due_date).values_list("step", flat=True))
        steps = [s for s in steps_due(action.due_date, today, calendar.definition) if s.key not in recorded]
        if not steps or not steps[-1].announce:
            return False
        *missed, newest = steps
        with acting(reason=_("Chase step %(step)s") % {"step": newest.key}):
            told = _tell_everybody(action, newest, calendar, at=at, today=today)
            create_many([*(_missed(action, step, calendar, at=at) for step in missed), *told])
            if newest.is_top and not _was_at_top(action, recorded, today, calendar):
                _say_top(action, at=at)
    return True


def _taken(pk: int) -> ActionItem | None:
    """The item, held; nothing when another sweep or a person holds it now."""
    return (
        ActionItem.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("assignee", "incident", "workflow__business_owner")
        .filter(pk=pk)
        .first()
    )


def _tell_everybody(
    action: ActionItem, step: Step, calendar: ChaseCalendar, *, at: datetime, today: date
) -> list[ChaseStep]:
    called = calls(action, step.rungs)
    empty = [call for call in called if not call.is_reachable]
    rows = []
    for call in called:
        notice = _notice(action, step, call, empty, at=at, today=today) if call.is_reachable else None
        outcome = ChaseStep.Outcome.NOBODY if notice is None else ChaseStep.Outcome.TOLD
        rows.append(_row(action, step, calendar, at=at, rung=call.rung, call=call, outcome=outcome, notice=notice))
    return rows


def _notice(action: ActionItem, step: Step, call: Call, empty: list[Call], *, at: datetime, today: date) -> Notice:
    """One for each person and step: who stands on two rungs is told once, in the words of the lower one."""
    person = call.person
    if person is None:
        raise ValueError("An empty rung cannot be told.")
    is_open = bool(policies.may_see(person, action))
    notice, _created = tell(
        key=f"chase-{action.pk}-{action.due_date}-{step.key}-{person.pk}",
        kind="CHASE",
        recipient=person,
        subject=subject_of(action, today, is_open=is_open),
        body=body_of(action, today, call, empty, is_open=is_open),
        at=at,
        url=action.get_absolute_url() if is_open else "",
        about=action if is_open else None,
    )
    return notice


def _missed(action: ActionItem, step: Step, calendar: ChaseCalendar, *, at: datetime) -> ChaseStep:
    outcome = ChaseStep.Outcome.MISSED
    return _row(action, step, calendar, at=at, rung=step.rungs[-1], call=None, outcome=outcome, notice=None)


def _row(
    action: ActionItem,
    step: Step,
    calendar: ChaseCalendar,
    *,
    at: datetime,
    rung: str,
    call: Call | None,
    outcome: ChaseStep.Outcome,
    notice: Notice | None,
) -> ChaseStep:
    return ChaseStep(
        action=action,
        due_date=action.due_date,
        step=step.key,
        rung=rung,
        recipient=call.person if call is not None else None,
        outcome=outcome,
        notice=notice,
        calendar=calendar,
        taken_at=at,
    )


def _was_at_top(action: ActionItem, recorded: set[str], today: date, calendar: ChaseCalendar) -> bool:
    steps = steps_due(action.due_date, today, calendar.definition)
    return any(step.is_top and step.key in recorded for step in steps)


def _say_top(action: ActionItem, *, at: datetime) -> None:
    text = _("%(action)s is overdue and everybody up to the executives has been told") % {"action": action}
    say(action, text, by=None, at=at)


def _reopen(pk: int, *, at: datetime, today: date) -> bool:
    with transaction.atomic():
        action = _taken(pk)
        if action is None or action.state != ActionState.RISK_ACCEPTED or action.accepted_until_date is None:
            return False
        if action.accepted_until_date >= today:
            return False
        until, action.accepted_until_date = action.accepted_until_date, None
        action.due_date = max(action.due_date, until)
        reason = _("The risk was accepted until %(date)s.") % {"date": until}
        with acting(reason=reason):
            pass_to(action, "risk_expired", by=None, at=at, reason=reason)
            _tell_who_accepted(action, until, at=at)
    return True


def _tell_who_accepted(action: ActionItem, until: date, *, at: datetime) -> None:
    acceptance = ActionPassage.objects.filter(action=action, verb="accept_risk").select_related("by").last()
    if acceptance is None or acceptance.by is None or not policies.may_see(acceptance.by, action):
        return
    tell(
        key=f"risk-expired-{action.pk}-{until}-{acceptance.by.pk}",
        kind="RISK_EXPIRED",
        recipient=acceptance.by,
        subject=_("%(reference)s is open again: your acceptance has run out") % {"reference": action.reference},
        body=_("You accepted the risk of “%(title)s” until %(date)s. It is open and chased again.")
        % {"title": action.title, "date": until},
        at=at,
        url=action.get_absolute_url(),
        about=action,
    )
