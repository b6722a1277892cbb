"""The moments of an incident: recorded as things happen, put right by people, never overwritten."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import REOPEN, SLIP_BACK, State
from incidents.models import Incident, Moment, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.services import room, timeline
from incidents.services.wording import chosen, required
from incidents.times import Durations, TimeKind, durations, impossible
from registry.kernel.access.verdict import require
from registry.models import User

_AFTER_RECOVERY = frozenset({TimeKind.RECOVERED, TimeKind.RESOLVED, TimeKind.CLOSED})
_UNDONE = {State.OPEN: _AFTER_RECOVERY | {TimeKind.CONTAINED}, State.CONTAINED: _AFTER_RECOVERY}
"""Falling back or reopening into a state → what was reached before and counts no longer."""


def mark(incident: Incident, kind: TimeKind, *, at: datetime, by: User, value: datetime | None = None) -> Moment:
    """A moment that follows from something done just now. The caller holds the lock."""
    return Moment.objects.create(
        incident=incident,
        kind=kind,
        at=value or at,
        source=_("Recorded when it was done"),
        precision=Moment.Precision.EXACT,
        confidence=Moment.Confidence.CONFIRMED,
        entered_by=by,
        entered_at=at,
    )


def set_time(
    incident: Incident,
    *,
    kind: str,
    value: datetime,
    by: User,
    at: datetime,
    source: str,
    precision: str = Moment.Precision.MINUTE,
    confidence: str = Moment.Confidence.CONFIRMED,
) -> Moment:
    """What a person found out about when something happened. What cannot have been so is refused."""
    with room.entered(incident, by=by, reason=source) as locked:
        require(may_work, by, locked)
        known = TimeKind(chosen("kind", kind, TimeKind))
        before = times_of(locked)
        already = set(impossible(before, at))
        if problems := [sentence for sentence in impossible({**before, known: value}, at) if sentence not in already]:
            raise ValidationError({"value": problems})
        moment = Moment.objects.create(
            incident=locked,
            kind=known,
            at=value,
            source=required("source", source, limit=200),
            precision=chosen("precision", precision, Moment.Precision),
            confidence=chosen("confidence", confidence, Moment.Confidence),
            entered_by=by,
            entered_at=at,
        )
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.TIME,
            text=_("Time set: %(kind)s. Source: %(source)s.") % {"kind": known.label, "source": moment.source},
            by=by,
            at=at,
            data={
                "kind": str(known),
                "from": before[known].isoformat() if known in before else "",
                "to": value.isoformat(),
                "moment": moment.pk,
            },
        )
        room.touch(locked)
        return moment


def times_of(incident: Incident) -> dict[TimeKind, datetime]:
    """The newest moment of each kind that still counts."""
    undone: dict[TimeKind, datetime] = {}
    for passage in sorted(incident.passages.all(), key=lambda passage: passage.pk):
        if passage.verb in {REOPEN, SLIP_BACK}:
            undone.update(dict.fromkeys(_UNDONE.get(State(passage.target), ()), passage.at))
    found: dict[TimeKind, datetime] = {}
    for row in sorted(incident.moments.all(), key=lambda row: row.pk):
        kind = TimeKind(row.kind)
        if kind not in undone or row.entered_at > undone[kind]:
            found[kind] = row.at
    return found


def durations_of(incident: Incident) -> Durations:
    return durations(times_of(incident))
