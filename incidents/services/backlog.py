"""Readings of the queues in which people do what the workflow did: taken down, told when they mean something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from incidents.backlog import Outlook, Reading, Trend, outlook
from incidents.models import BacklogReading, Incident, TimelineEntry
from incidents.policies.backlog import may_record
from incidents.services import room, timeline
from incidents.services.wording import optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User

EACH: Final = 10
"""Beside the first and every change of trend, each so-many-th reading is told in the timeline."""
READ: Final = 200
"""Newest readings of each queue that pages and trends look at."""
MOST: Final = 100_000_000


@dataclass(frozen=True)
class Queue:
    """One queue: its newest readings, oldest first, and what they say."""

    name: str
    readings: list[BacklogReading]
    outlook: Outlook

    @property
    def newest(self) -> BacklogReading:
        return self.readings[-1]

    @property
    def is_growing(self) -> bool:
        return self.outlook.trend == Trend.GROWING


def record(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    queue: str,
    length: int,
    people: int | None = None,
    per_hour_in: float | None = None,
    per_hour_out: float | None = None,
    read_at: datetime | None = None,
    note: str = "",
    source: str = BacklogReading.Source.PERSON,
) -> BacklogReading:
    """Take a reading down. `read_at` is when it was so, now unless given. A name that is known in other case is it."""
    with room.entered(incident, by=by) as locked:
        require(may_record, by, locked)
        room.require_active(locked)
        moment = _moment(read_at or at, at)
        _check(length=length, people=people, per_hour_in=per_hour_in, per_hour_out=per_hour_out)
        name = _known_name(locked, required("queue", queue, limit=100))
        of_queue = BacklogReading.objects.filter(incident=locked, queue=name)
        if of_queue.filter(at=moment).exists():
            raise Conflict(_("There is a reading of “%(queue)s” at this very moment already.") % {"queue": name})
        before = list(of_queue[:READ])
        made = BacklogReading.objects.create(
            incident=locked, queue=name, length=length, people=people, per_hour_in=per_hour_in,
            per_hour_out=per_hour_out, at=moment, entered_at=at, source=source, by=by,
            note=optional("note", note, limit=500),
        )  # fmt: skip
        _tell(locked, made, before, of_queue.count(), by=by, at=at)
        return made


def queues_of(incident: Incident) -> list[Queue]:
    """The queues of an incident by the newest of their readings, those that grow first."""
    found: dict[str, list[BacklogReading]] = {}
    newest = Window(RowNumber(), partition_by="queue", order_by=[F("at").desc(), F("id").desc()])
    rows = BacklogReading.objects.filter(incident_id=incident.pk).annotate(place=newest).filter(place__lte=READ)
    for row in rows.select_related("by").order_by("at", "id"):
        found.setdefault(row.queue, []).append(row)
    queues = [Queue(name, rows, outlook(readings_of(rows))) for name, rows in found.items()]
    return sorted(queues, key=lambda queue: (not queue.is_growing, queue.name))


def readings_of(rows: Iterable[BacklogReading]) -> list[Reading]:
    return [Reading(row.at, row.length, row.per_hour_in, row.per_hour_out) for row in rows]


def _tell(
    incident: Incident, made: BacklogReading, before: list[BacklogReading], count: int, *, by: User, at: datetime
) -> None:
    was = outlook(readings_of(before)).trend if before else None
    now = outlook(readings_of([*before, made])).trend
    if before and was == now and count % EACH:
        return
    words = {"queue": made.queue, "length": made.length, "trend": now.label.lower(), "people": made.people}
    text = (
        _("Backlog “%(queue)s”: %(length)d waiting, %(people)d people, %(trend)s.") if made.people is not None else ""
    )
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.BACKLOG,
        text=(text or _("Backlog “%(queue)s”: %(length)d waiting, %(trend)s.")) % words,
        by=by,
        at=at,
        occurred_at=made.at,
        data={"reading": made.pk, "queue": made.queue, "length": made.length, "trend": str(now)},
    )
    room.touch(incident)


def _known_name(incident: Incident, name: str) -> str:
    known = BacklogReading.objects.filter(incident=incident, queue__iexact=name).values_list("queue", flat=True)
    return known.first() or name


def _moment(read_at: datetime, at: datetime) -> datetime:
    if read_at.utcoffset() is None:
        raise ValidationError({"read_at": _("This time has no time zone.")})
    if read_at > at:
        raise ValidationError({"read_at": _("This time lies in the future.")})
    return read_at


def _check(**numbers: float | None) -> None:
    """Nothing negative, nothing endless, and no number that is none."""
    wrong = {name: value for name, value in numbers.items() if value is not None and not 0 <= value <= MOST}
    if wrong:
        raise ValidationError({name: _("Enter a number from 0 to %(most)d.") % {"most": MOST} for name in wrong})
