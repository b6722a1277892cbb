"""Reminding whoever must decide, whoever owes a condition, and those whose approval ends unused; noting lapses.

The dates say what is owed; running it twice tells nobody twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.approvals import (
    CLIMBS_AT,
    DUE_STEPS,
    ENDING_STEPS,
    HELD,
    WAITING_STEPS,
    Status,
    due_step,
    ending_step,
    waiting_step,
)
from registry.kernel.audit.context import acting
from registry.models import GateCondition, GateRequest, Role, Stage, User
from registry.reports.gates import is_valid_on
from registry.services.chasing import Call, how_late, still_here, tell_new
from registry.services.gate_telling import concerned, deciders_of, subject_of, tell_ended
from registry.services.gates import locked
from registry.services.readiness import refresh_readiness


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    today = timezone.localdate(at)
    _note_lapses(today, at=at)
    calls = (_of_waiting(today, at), _of_conditions(today), _of_unused(today))
    return sum(tell_new(found, kind="GATE", at=at) for found in calls)


def _of_waiting(today: date, at: datetime) -> Iterator[Call]:
    """A decision that nobody takes: those who may, and after a week executives and whoever asked too."""
    # Days are counted by the calendar, so that the first of them may be shorter than twenty-four hours.
    since = at - timedelta(days=WAITING_STEPS[0] - 1)
    rows = GateRequest.objects.waiting().filter(step_since_at__lte=since).select_related("workflow", "asked_by")
    for request in rows.order_by("step_since_at", "pk"):
        began = timezone.localdate(request.step_since_at)
        step = waiting_step(began, today)
        if step is None:
            continue
        waited = (today - began).days
        words = ngettext("It has waited for %(n)d day.", "It has waited for %(n)d days.", waited) % {"n": waited}
        for person in _deciders_and_above(request, step):
            key = f"gate-{request.pk}-waits-{began}-{step}-{person.pk}"
            subject = _("Nobody has decided: ") + subject_of(request)
            yield Call(key, person, subject, f"{words}\n\n{request.reason}", request)


def _deciders_and_above(request: GateRequest, step: int) -> list[User]:
    people = deciders_of(request)
    if step >= CLIMBS_AT:
        people = [*people, *User.objects.with_role(Role.EXECUTIVE), request.asked_by]
    return list({person.pk: person for person in people if person.is_active}.values())


def _of_conditions(today: date) -> Iterator[Call]:
    rows = GateCondition.objects.filter(
        met_at__isnull=True,
        due_date__lte=today - timedelta(days=DUE_STEPS[0]),
        request__status__in=HELD,
    ).exclude(request__workflow__stage=Stage.RETIRED)
    for condition in rows.select_related("owner", "request__workflow__business_owner").order_by("due_date", "pk"):
        step = due_step(condition.due_date, today)
        person = still_here(condition.owner, condition.request.workflow.business_owner)
        if step is None or person is None:
            continue
        late = (today - condition.due_date).days
        body = how_late(late) + "\n\n" + condition.text
        if late > 0:
            people = {user.pk: user for user in (person, *User.objects.with_role(Role.RISK))}
        else:
            people = {person.pk: person}
        for user in people.values():
            key = f"gate-condition-{condition.pk}-{condition.due_date}-{step:+d}-{user.pk}"
            yield Call(key, user, _("Condition of ") + subject_of(condition.request), body, condition)


def _of_unused(today: date) -> Iterator[Call]:
    rows = GateRequest.objects.granted().filter(valid_until_date__lte=today + timedelta(days=ENDING_STEPS[0]))
    for request in rows.select_related("workflow", "asked_by").order_by("valid_until_date", "pk"):
        until = request.valid_until_date
        step = ending_step(until, today) if until is not None else None
        if step is None:
            continue
        body = _("The approval can be put into effect until %(day)s. After that day it lapses.") % {"day": until}
        for person in concerned(request):
            key = f"gate-{request.pk}-ends-{step}-{person.pk}"
            yield Call(key, person, _("Approval ends unused: ") + subject_of(request), body, request)


def _note_lapses(today: date, *, at: datetime) -> None:
    granted = GateRequest.objects.granted()
    late = granted.filter(valid_until_date__lt=today) | granted.filter(
        conditions__met_at__isnull=True, conditions__due_date__lt=today
    )
    for request in late.order_by("pk").distinct():
        _note_lapse(request, at=at)


@transaction.atomic
def _note_lapse(request: GateRequest, *, at: datetime) -> None:
    current = locked(request)
    if not current.is_granted or is_valid_on(current, timezone.localdate(at)):
        return
    current.status, current.lapsed_at = Status.LAPSED, at
    with acting(reason=_("Not put into effect in time, or a condition was not met by its day.")):
        current.save()
        refresh_readiness(current.workflow, at=at)
    tell_ended(current, by=None, at=at)
