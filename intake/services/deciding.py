"""What people make of a signal: an incident, part of one, none, or something for later. Each decision is recorded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.services import declaring, room
from incidents.services.merged import heirs
from incidents.services.wording import required
from intake.kinds import State
from intake.models import ReceivedSignal
from intake.policies import signals as policies
from intake.services import telling
from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User, Workflow

LONGEST_REST: Final = timedelta(days=30)
MOST_AT_ONCE: Final = 1000
DECIDED: Final = ("state", "incident", "is_by_rule", "decided_by", "decided_at", "reason", "later_until")


def promote(signals: Sequence[ReceivedSignal], *, by: User, at: datetime, title: str, summary: str,
            workflow: Workflow | None, **declared: Any) -> Incident:  # fmt: skip
    """An incident of these signals, declared as any other; it is known since the first of them."""
    with _opened(signals, by=by, reason=_("Made an incident")) as rows:
        if declared.get("detected_at") is None:
            declared["detected_at"] = min(at, *(row.first_seen_at for row in rows))
        incident = declaring.declare(by=by, at=at, title=title, summary=summary, workflow=workflow, **declared)
        _tie(rows, incident, by=by, at=at)
        return incident


def attach(signals: Sequence[ReceivedSignal], incident: Incident, *, by: User, at: datetime) -> Incident:
    """They belong to an incident that is going on."""
    with _opened(signals, by=by, reason=_("Attached to an incident")) as rows:
        current = _open(rows[0], incident.pk, by=by)
        _tie(rows, current, by=by, at=at)
        return current


def dismiss(signals: Sequence[ReceivedSignal], *, by: User, at: datetime, reason: str) -> list[ReceivedSignal]:
    """Not an incident, and why."""
    why = required("reason", reason, limit=500)
    with _opened(signals, by=by, reason=why) as rows:
        _decide(rows, State.DISMISSED, by=by, at=at, reason=why)
        return rows


def later(signals: Sequence[ReceivedSignal], *, by: User, at: datetime, until: datetime) -> list[ReceivedSignal]:
    """Out of the way until a time, and back in the inbox then."""
    if until.utcoffset() is None or not at < until <= at + LONGEST_REST:
        raise ValidationError(
            {"until": _("Choose a time within the next %(days)s days.") % {"days": LONGEST_REST.days}}
        )
    with _opened(signals, by=by, reason=_("Later")) as rows:
        _decide(rows, State.LATER, by=by, at=at, until=until)
        return rows


def put_back(signal: ReceivedSignal, *, by: User, at: datetime, reason: str) -> ReceivedSignal:
    """Into the inbox again: what was decided about it was wrong."""
    why = required("reason", reason, limit=500)
    with transaction.atomic(), acting(user_id=by.pk, reason=why):
        (row,) = _locked([signal])
        require(policies.may_decide, by, row)
        if row.state == State.WAITING:
            raise Conflict(_("This signal waits in the inbox already."))
        tied = row.incident_id
        incident = _open(row, heirs([tied])[tied], by=by) if tied is not None else None
        _decide([row], State.WAITING, by=by, at=at, reason=why)
        if incident is not None:
            text = _("%(signal)s was taken out again: %(reason)s") % {"signal": telling.listed([row]), "reason": why}
            telling.enter(incident.pk, text, [row], at=at, by=by)
        return row


def bind(signal: ReceivedSignal, workflow: Workflow | None, *, by: User, at: datetime) -> ReceivedSignal:
    """Which workflow it is about, as somebody knows better than the rules."""
    with transaction.atomic(), acting(user_id=by.pk, reason=_("Bound to a workflow")):
        (row,) = _locked([signal])
        require(policies.may_decide, by, row)
        if row.workflow_id != (workflow.pk if workflow else None):
            row.workflow, row.bound_by = workflow, "PERSON" if workflow else ""
            row.save()
        return row


def wake(*, at: datetime) -> int:
    """What rested until now waits again."""
    with transaction.atomic(), acting(reason=_("Rested until now")):
        due = ReceivedSignal.objects.filter(state=State.LATER, later_until__lte=at).order_by("pk")
        rows = list(due.select_for_update(skip_locked=True, of=("self",))[:500])
        for row in rows:
            row.state, row.later_until = State.WAITING, None
        update_many(rows, ["state", "later_until"])
        return len(rows)


@contextmanager
def _opened(signals: Sequence[ReceivedSignal], *, by: User, reason: str) -> Iterator[list[ReceivedSignal]]:
    """The rows behind their locks, still to be decided. Refuses all when one is not."""
    if not signals:
        raise ValidationError(_("Choose at least one signal."))
    if len(signals) > MOST_AT_ONCE:
        raise ValidationError(_("At most %(most)s at once.") % {"most": MOST_AT_ONCE})
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        rows = _locked(signals)
        require(policies.may_sort_out, by)
        seen = visible(rows, by)
        if hidden := [row for row in rows if row.pk not in seen]:
            require(policies.may_see, by, hidden[0])
        for row in rows:
            if row.is_decided:
                raise Conflict(
                    _("%(signal)s was decided meanwhile: %(state)s.")
                    % {"signal": row.reference, "state": State(row.state).label}
                )
        yield rows


def visible(rows: Sequence[ReceivedSignal], by: User) -> set[int]:
    seen = ReceivedSignal.objects.visible_to(by)
    return set(seen.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _locked(signals: Sequence[ReceivedSignal]) -> list[ReceivedSignal]:
    rows = ReceivedSignal.objects.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(pk__in=[signal.pk for signal in signals]).select_related("source"))


def _open(row: ReceivedSignal, number: int, *, by: User) -> Incident:
    """The incident behind its lock, which goes on and which this person works on."""
    current = Incident.objects.select_for_update().get(pk=number)
    require(policies.may_attach, by, row, current)
    room.require_active(current)
    return current


def _tie(rows: Sequence[ReceivedSignal], incident: Incident, *, by: User, at: datetime) -> None:
    _decide(rows, State.TIED, by=by, at=at, incident=incident)
    text = _("Signals: %(signals)s") % {"signals": telling.listed(rows)}
    telling.enter(incident.pk, text, rows, at=at, by=by)


def _decide(
    rows: Sequence[ReceivedSignal],
    state: State,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    incident: Incident | None = None,
    until: datetime | None = None,
) -> None:
    for row in rows:
        row.state, row.incident, row.later_until, row.is_by_rule = state, incident, until, False
        row.decided_by, row.decided_at, row.reason = by, at, reason
    update_many(list(rows), DECIDED)
