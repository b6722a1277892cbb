"""The clocks of the header: how long it has been going on, and what is due next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.owed_messages import Duty, Line
from incidents.services.owed_messages import owed_of
from incidents.times import TimeKind
from incidents.views.rail import Point, Rail, draw

HOT = timedelta(hours=1)
WARM = timedelta(hours=4)
OVER = (State.RESOLVED, State.CLOSED, State.DECLINED, State.MERGED)


@dataclass(frozen=True)
class Due:
    """Something with a deadline. `url` leads to where it is done."""

    name: str
    at: datetime
    tone: str
    url: str


@dataclass(frozen=True)
class Clocks:
    since: datetime
    since_label: str
    until: datetime | None
    """When the clock stopped; None while it runs."""
    next: Due | None
    update: Due | None
    rail: Rail


def tone_of(at: datetime, now: datetime) -> str:
    left = at - now
    return "hot" if left < HOT else "warm" if left < WARM else ""


def clocks_of(incident: Any, times: dict[TimeKind, datetime], now: datetime) -> Clocks:
    detected = times.get(TimeKind.DETECTED)
    since = detected or incident.declared_at
    owed = dues(incident, now)
    over = incident.state in OVER
    return Clocks(
        since=since,
        since_label=_("Detected") if detected else _("Declared"),
        until=max((times[kind] for kind in (TimeKind.RESOLVED, TimeKind.CLOSED) if kind in times), default=None)
        if over
        else None,
        next=owed[0] if owed else None,
        update=update_due(incident, now),
        rail=draw(happened(incident, times), [Point(due.name, due.at, True) for due in owed], now),
    )


def dues(incident: Any, now: datetime) -> list[Due]:
    """Open obligations, messages that are owed or to be decided, and the next internal update, the soonest first."""
    page = address("incident-obligations", incident.pk)
    found = [
        Due(row.name, row.due_at, tone_of(row.due_at, now), page)
        for row in incident.obligations.all()
        if row.status == row.Status.OPEN
    ]
    found += messages_due(incident, now)
    update = update_due(incident, now)
    return sorted([*found, *([update] if update else [])], key=lambda due: due.at)


def messages_due(incident: Any, now: datetime) -> list[Due]:
    """Until the incident is closed."""
    if not incident.is_active and incident.state != State.RESOLVED:
        return []
    page = address("incident-communications", incident.pk)
    return [
        Due(due_name(line), line.due_at, tone_of(line.due_at, now), page)
        for line in owed_of(incident, now)
        if line.due_at is not None and not line.is_settled
    ]


def due_name(line: Line) -> str:
    text = _("Message: %(audience)s") if line.duty is Duty.OWED else _("Decide: %(audience)s")
    return text % {"audience": line.audience.label}


def timed(rows: list[Any], now: datetime) -> list[Any]:
    """Obligations, open ones first, with the seconds there are for each and those that are used."""
    for row in rows:
        row.is_hot = row.status == row.Status.OPEN and tone_of(row.due_at, now) == "hot"
        row.span = max(1, round((row.due_at - row.starts_at).total_seconds()))
        row.used = max(0, min(row.span, round((now - row.starts_at).total_seconds())))
    return sorted(rows, key=lambda row: (row.status != row.Status.OPEN, row.due_at))


def update_due(incident: Any, now: datetime) -> Due | None:
    at = incident.next_update_due_at
    if at is None or not incident.is_active:
        return None
    return Due(_("Internal update"), at, tone_of(at, now), address("incident-entry-new", incident.pk) + "?update=1")


def happened(incident: Any, times: dict[TimeKind, datetime]) -> list[Point]:
    """Declared first, then what the rail tells of the course so far."""
    told = (TimeKind.CLASSIFIED, TimeKind.CONTAINED, TimeKind.RESOLVED)
    points = [Point(str(TimeKind(kind).label), times[kind]) for kind in told if kind in times]
    first = Point(str(TimeKind.DECLARED.label), times.get(TimeKind.DECLARED, incident.declared_at))
    return [first, *sorted(points, key=lambda point: point.at)]


def in_words(length: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = round(length.total_seconds() / 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("%(d)s d %(h)s h") % {"d": days, "h": hours} if hours else _("%(d)s d") % {"d": days}
    if hours:
        return _("%(h)s h %(m)s min") % {"h": hours, "m": rest} if rest else _("%(h)s h") % {"h": hours}
    return _("%(m)s min") % {"m": rest}


def address(name: str, *arguments: Any) -> str:
    """The address of a page, or nothing where this installation does not have it."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
