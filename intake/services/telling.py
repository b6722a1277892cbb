"""What a source says of signals in an incident stands in its timeline. It decides nothing there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Incident, TimelineEntry
from incidents.services import room, timeline
from intake.kinds import Status
from intake.models import ReceivedSignal, SignalSource
from registry.models import User

NAMED: Final = 5
"""Signals named in one entry; the rest is counted. A storm makes lines, not thousands of them."""


def say(source: SignalSource, turned: Sequence[ReceivedSignal], *, at: datetime) -> None:
    """One entry for each incident and each way things turned."""
    for number in sorted({row.incident_id for row in turned if row.incident_id}):
        of_incident = [row for row in turned if row.incident_id == number]
        over = [row for row in of_incident if row.status == Status.RESOLVED]
        again = [row for row in of_incident if row.status != Status.RESOLVED]
        words = {"source": source.name}
        if over:
            text = _("%(source)s says it is over there: %(signals)s. That ends nothing here.")
            enter(number, text % {**words, "signals": listed(over)}, over, at=at)
        if again:
            text = _("%(source)s says it is firing again: %(signals)s")
            enter(number, text % {**words, "signals": listed(again)}, again, at=at)


def enter(incident: int, text: str, rows: Sequence[ReceivedSignal], *, at: datetime, by: User | None = None) -> None:
    """In the timeline of the incident, or of the one it was merged into. The caller is in a transaction."""
    room.tell_outside()
    locked = Incident.objects.select_for_update().get(pk=incident)
    while locked.merged_into_id is not None:
        locked = Incident.objects.select_for_update().get(pk=locked.merged_into_id)
    timeline.automatic(
        locked,
        kind=TimelineEntry.Kind.SIGNAL,
        text=text,
        by=by,
        at=at,
        data={"signals": [row.pk for row in rows[:NAMED]], "count": len(rows)},
    )
    room.touch(locked)


def listed(rows: Sequence[ReceivedSignal]) -> str:
    named = ", ".join(f"{row.reference} {row.title}" for row in rows[:NAMED])
    rest = len(rows) - NAMED
    if rest <= 0:
        return named
    return named + " " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
