"""Timeline entries as the page shows them: shape, icon, day breaks, what they point to, what corrects them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from incidents.models import Evidence, Incident, TimelineEntry

Kind = TimelineEntry.Kind
PAGE = 50
LATE = timedelta(minutes=2)
"""From this much on, the time of entry is shown beside the time it happened."""

SHAPES: Mapping[str, tuple[str, str]] = {
    Kind.UPDATE: ("", "message-square"),
    Kind.DECISION: ("dec", "gavel"),
    Kind.OBSERVATION: ("", "eye"),
    Kind.DECLARED: ("", "siren"),
    Kind.STATE: ("", "git-branch"),
    Kind.SEVERITY: ("sev", "triangle-alert"),
    Kind.ROLE: ("", "users"),
    Kind.CONTAINMENT: ("ok", "octagon-pause"),
    Kind.EVIDENCE: ("", "file-lock-2"),
    Kind.COMMUNICATION: ("", "megaphone"),
    Kind.OBLIGATION: ("ob", "flag"),
    Kind.REVIEW: ("", "book-open"),
    Kind.ACTION: ("", "list-checks"),
    Kind.TIME: ("", "clock"),
    Kind.STEP: ("", "list-checks"),
    Kind.OUTPUTS: ("", "list-checks"),
    Kind.BACKLOG: ("", "users"),
    Kind.SIGNAL: ("", "activity"),
}
SHOWS: Mapping[str, dict[str, Any]] = {
    "pinned": {"pinned_at__isnull": False},
    "decisions": {"kind": Kind.DECISION},
    "evidence": {"kind": Kind.EVIDENCE},
}


@dataclass(frozen=True)
class Line:
    entry: TimelineEntry
    css: str
    icon: str
    time: str
    whole_day: str
    day: str
    """The day, where it differs from the line above."""
    entered: str
    """When it was typed, where that is not when it happened."""
    correction: TimelineEntry | None
    """The entry that stands in place of this one."""
    evidence: Evidence | None
    is_closed: bool
    """Whether of this evidence the reader is told no more than that it is there."""
    revisit: str


def page_of(incident: Any, show: str, number: str) -> Page[TimelineEntry]:
    rows: QuerySet[TimelineEntry] = TimelineEntry.objects.filter(incident=incident, **SHOWS.get(show, {}))
    rows = rows.select_related("author", "supersedes", "superseded_by", "superseded_by__author")
    paginator = Paginator(rows.order_by("-occurred_at", "-id"), PAGE)
    counted = f"entries_{show}" if show in SHOWS else "entries_all"
    paginator.__dict__["count"] = getattr(incident, counted)  # already counted with the header
    return paginator.get_page(number)


def lines_of(
    entries: Iterable[TimelineEntry], incident: Incident, now: datetime, is_closed: Callable[[Evidence], bool]
) -> list[Line]:
    """`is_closed` says which evidence this reader may not read."""
    rows = list(entries)
    pieces = evidence_of(rows, incident)
    shown, lines = "", []
    for entry in rows:
        happened = timezone.localtime(entry.occurred_at)
        day = day_of(happened, timezone.localtime(now))
        css, icon = SHAPES.get(entry.kind, ("", "circle"))
        if entry.kind == Kind.CONTAINMENT and entry.data.get("status") in ("FAILED", "REVERTED"):
            css, icon = "warn", "undo-2"
        piece = pieces.get(entry.data.get("evidence")) if entry.kind == Kind.EVIDENCE else None
        lines.append(
            Line(
                entry=entry,
                css=css,
                icon=icon,
                time=date_format(happened, "H:i"),
                whole_day=day,
                day=day if day != shown else "",
                entered=entered_of(entry, happened),
                correction=getattr(entry, "superseded_by", None),
                evidence=piece,
                is_closed=piece is not None and is_closed(piece),
                revisit=revisit_of(entry),
            )
        )
        shown = day
    return lines


def evidence_of(rows: list[TimelineEntry], incident: Incident) -> dict[int, Evidence]:
    keys = {entry.data.get("evidence") for entry in rows if entry.kind == Kind.EVIDENCE} - {None}
    if not keys:
        return {}
    found = {row.pk: row for row in Evidence.objects.filter(incident=incident, pk__in=keys).select_related("file")}
    for row in found.values():
        row.incident = incident
    return found


def day_of(local: datetime, today: datetime) -> str:
    """The weekday within the last six days, else the date."""
    return date_format(local, "D" if abs(today - local) < timedelta(days=6) else "j M")


def entered_of(entry: TimelineEntry, happened: datetime) -> str:
    if abs(entry.entered_at - entry.occurred_at) < LATE:
        return ""
    typed = timezone.localtime(entry.entered_at)
    return date_format(typed, "H:i" if typed.date() == happened.date() else "j M, H:i")


def revisit_of(entry: TimelineEntry) -> str:
    text = str(entry.data.get("revisit_at") or "")
    if not text:
        return ""
    try:
        at = parse_datetime(text) if len(text) > 10 else None
        day = parse_date(text[:10])
    except ValueError:
        return text
    if at is not None:
        return date_format(timezone.localtime(at) if timezone.is_aware(at) else at, "j M, H:i")
    return date_format(day, "j M") if day else text
