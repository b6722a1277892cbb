"""Keeping the signals of a workflow: added, edited, shown to fire, heard of, retired."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import Signal, User, Workflow
from registry.policies import signals as policies
from registry.services.readiness import refresh_readiness
from registry.services.retiring import held, refuse_name_twice, set_aside
from registry.services.surfaces import CLOCK_SKEW, EARLIEST_YEAR
from registry.watching import NUMBERED, contradictions

HEARD_EVERY = timedelta(hours=1)
"""How precise `last_seen_at` is. Every change of it is a line in the history, which a noisy source must not fill."""


@transaction.atomic
def add_signal(workflow: Workflow, *, by: User, at: datetime, reason: str, **fields: Any) -> Signal:
    """A new signal. `fields` are the model's."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_edit_signals, by, current)
    signal = Signal(workflow=current, **fields)
    _check(signal, at, is_new_owner=True)
    with acting(user_id=by.pk, reason=reason):
        signal.save()
        refresh_readiness(current, at=at)
    return signal


@transaction.atomic
def edit_signal(
    signal: Signal, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any
) -> Signal:
    """The signal as it is now stored. Raises `Stale` when it moved on since `opened_version`."""
    current = held(signal, "owner")
    require(policies.may_edit_signals, by, current.workflow)
    _refuse_if_retired(current)
    refuse_if_stale(current, opened_version, fields)
    changed = put(current, fields)
    if not changed:
        return current
    _check(current, at, is_new_owner="owner" in changed)
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
        refresh_readiness(current.workflow, at=at)
    return current


@transaction.atomic
def prove(signal: Signal, *, by: User, at: datetime, how: str, proven_at: datetime | None = None) -> Signal:
    """Record that the signal was shown to fire: how, and when if not now."""
    current = held(signal, "owner")
    require(policies.may_prove, by, current)
    _refuse_if_retired(current)
    moment = proven_at or at
    _check_proof(current, how.strip(), moment, at)
    current.proven_at, current.proven_how = moment, how.strip()
    current.version += 1
    with acting(user_id=by.pk, reason=how):
        current.save()
        refresh_readiness(current.workflow, at=at)
    return current


@transaction.atomic
def retire(signal: Signal, *, by: User, at: datetime, reason: str) -> Signal:
    """Nothing watches through it any more; it stays on record with the reason."""
    current = held(signal, "owner")
    require(policies.may_edit_signals, by, current.workflow)
    _refuse_if_retired(current)
    return set_aside(current, by=by, at=at, reason=reason)


@transaction.atomic
def seen(signal: Signal, *, at: datetime) -> Signal:
    """Monitoring heard of this signal at `at`. Asks no policy: whatever receives from a source has authenticated it.

    Never goes back, and is written at most once for each `HEARD_EVERY`. No new version: nobody's edit becomes stale.
    """
    rows = Signal.objects.select_for_update(of=("self",))
    current = rows.get(pk=signal.pk)
    if current.last_seen_at is not None and at < current.last_seen_at + HEARD_EVERY:
        return current
    current.last_seen_at = at
    with acting(reason=_("Heard from its source")):
        current.save()
    return current


def _refuse_if_retired(signal: Signal) -> None:
    if not signal.is_active:
        raise Conflict(_("This signal is retired. Add a new one instead."))


def _check(signal: Signal, at: datetime, *, is_new_owner: bool) -> None:
    """An owner who left may stay named until somebody takes over, but is not named anew."""
    problems = {
        **contradictions(*(getattr(signal, name) for name in NUMBERED)),
        **_baseline_problems(signal.baseline_date, timezone.localdate(at)),
    }
    if is_new_owner and not signal.owner.is_active:
        problems["owner"] = _("No longer active: %(name)s.") % {"name": signal.owner.name}
    if problems:
        raise ValidationError(problems)
    signal.clean_fields()
    refuse_name_twice(signal, _("This workflow has a signal of this name already."))


def _baseline_problems(measured: date | None, today: date) -> dict[str, str]:
    if measured is not None and measured > today:
        return {"baseline_date": _("This lies in the future.")}
    if measured is not None and measured.year < EARLIEST_YEAR:
        return {"baseline_date": _("This date cannot be right.")}
    return {}


def _check_proof(signal: Signal, how: str, moment: datetime, at: datetime) -> None:
    problems: dict[str, str] = {}
    if not how:
        problems["how"] = _("Say how it was shown to fire.")
    if moment > at + CLOCK_SKEW:
        problems["proven_at"] = _("This lies in the future.")
    elif moment.year < EARLIEST_YEAR:
        problems["proven_at"] = _("This date cannot be right.")
    elif signal.proven_at is not None and moment < signal.proven_at:
        problems["proven_at"] = _("A later proof is on record already.")
    if problems:
        raise ValidationError(problems)
