"""Living with a gap until a day: asked for by one person, decided by another, taken back by any of them."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.gaps import LONGEST_ACCEPTANCE
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import CapabilityRecord, GapAcceptance, User, Workflow
from registry.policies import capabilities as policies
from registry.services.capability_requirements import required_of, take_requirements
from registry.services.readiness import refresh_readiness

Status = GapAcceptance.Status


@transaction.atomic
def ask(workflow: Workflow, capability: str, *, by: User, at: datetime, reason: str, until_date: date) -> GapAcceptance:
    """Ask that the workflow may lack `capability` until the end of a day. Until somebody decides, it stays as it is.

    While an acceptance is in force this asks for the one that follows it, until a later day.
    """
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_ask_acceptance, by, current)
    if capability not in required_of(current):
        raise Conflict(_("The newest assessment does not ask for this capability."))
    with acting(reason=_("What the newest assessment asks for")):
        if take_requirements(current):
            refresh_readiness(current, at=at)
    today = timezone.localdate(at)
    if CapabilityRecord.objects.get(workflow=current, capability=capability).standing.is_shown(today):
        raise Conflict(_("This capability is met; there is nothing to accept."))
    _check(reason, until_date, today)
    in_force = _free_to_ask(current, capability, until_date, at=at)
    with acting(user_id=by.pk, reason=reason):
        return GapAcceptance.objects.create(
            workflow=current,
            capability=capability,
            reason=reason.strip(),
            until_date=until_date,
            follows=in_force,
            asked_by=by,
            asked_at=at,
        )


@transaction.atomic
def decide(acceptance: GapAcceptance, *, by: User, at: datetime, accept: bool, reason: str) -> GapAcceptance:
    """A second person's answer. Accepted, the gap stops counting until the day asked for has passed."""
    current = _locked(acceptance)
    require(policies.may_decide_acceptance, by, current)
    if current.status != Status.ASKED:
        raise Conflict(_("Nobody waits for a decision here any more."))
    if accept and current.until_date < timezone.localdate(at):
        raise Conflict(_("The time asked for has passed. Refuse this one and ask anew."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status = Status.ACCEPTED if accept else Status.REFUSED
    current.decided_by, current.decided_at, current.decision_reason = by, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        if accept:
            _end_earlier(current, at=at)
        current.save()
        if accept:
            _copy(current, current.until_date, at=at)
    return current


@transaction.atomic
def withdraw(acceptance: GapAcceptance, *, by: User, at: datetime, reason: str) -> GapAcceptance:
    """Take back what was asked for or accepted; accepted, the capability is a gap again at once."""
    current = _locked(acceptance)
    require(policies.may_withdraw_acceptance, by, current)
    was_accepted = current.is_in_force(timezone.localdate(at))
    if current.status != Status.ASKED and not was_accepted:
        raise Conflict(_("This is neither waiting nor in force; there is nothing to take back."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status = Status.WITHDRAWN
    current.withdrawn_by, current.withdrawn_at, current.withdrawal_reason = by, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
        if was_accepted:
            _copy(current, None, at=at)
    return current


def note_lapse(acceptance: GapAcceptance, *, at: datetime) -> None:
    """Its time has passed: another can be asked for, and those concerned are told. Changes nothing about the gap."""
    acceptance.lapsed_at = at
    with acting(reason=_("The time of the acceptance has passed.")):
        acceptance.save()


def _free_to_ask(workflow: Workflow, capability: str, until: date, *, at: datetime) -> GapAcceptance | None:
    """The acceptance in force, which the one asked for would follow; conflicts when one waits already."""
    for live in _live(workflow, capability):
        if live.status == Status.ASKED:
            raise Conflict(_("An acceptance of this gap has been asked for already. Take it back first."))
        if not live.is_in_force(timezone.localdate(at)):
            note_lapse(live, at=at)
        elif until <= live.until_date:
            sentence = _("It is accepted until %(day)s already. Choose a later day, or take that acceptance back.")
            raise ValidationError({"until_date": sentence % {"day": date_format(live.until_date, "j M Y")}})
        else:
            return live
    return None


def _end_earlier(accepted: GapAcceptance, *, at: datetime) -> None:
    """What was in force until now gives way without a day in between; what has run out is noted as such."""
    for live in _live(accepted.workflow, accepted.capability):
        if live.status != Status.ACCEPTED:
            continue
        if live.is_in_force(timezone.localdate(at)):
            live.status = Status.RENEWED
            live.save()
        else:
            note_lapse(live, at=at)


def _live(workflow: Workflow, capability: str) -> list[GapAcceptance]:
    rows = GapAcceptance.objects.filter(workflow=workflow, capability=capability, lapsed_at__isnull=True)
    return list(rows.filter(status__in=[Status.ASKED, Status.ACCEPTED]).order_by("-status").select_for_update())


def _locked(acceptance: GapAcceptance) -> GapAcceptance:
    """Always the workflow first, so that two services never wait for each other."""
    Workflow.objects.select_for_update().get(pk=acceptance.workflow_id)
    rows = GapAcceptance.objects.select_related("workflow").select_for_update(of=("self",))
    return rows.get(pk=acceptance.pk)


def _copy(acceptance: GapAcceptance, until: date | None, *, at: datetime) -> None:
    record = CapabilityRecord.objects.get(workflow=acceptance.workflow_id, capability=acceptance.capability)
    record.accepted_until_date = until
    record.version += 1
    record.save()
    refresh_readiness(acceptance.workflow, at=at)


def _check(reason: str, until: date, today: date) -> None:
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = _("Say why it can be lived with, and what limits the harm meanwhile.")
    if until <= today:
        problems["until_date"] = _("Choose a day in the future.")
    elif until - today > LONGEST_ACCEPTANCE:
        problems["until_date"] = _("At most one year ahead.")
    if problems:
        raise ValidationError(problems)
