"""What of an incident, an action item, and of everything under them, is not as it was."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from incidents.models import CustodyEvent, Evidence, Incident, RoomAccess, TimelineEntry
from incidents.reports.incident_history import BELOW, HIDDEN
from registry.kernel.audit.comparing import Kind, nobody
from reviews.models import ActionItem, ActionPassage, ChaseStep, Extension, Review

LOGS = {CustodyEvent: "at"}
PARENTS = frozenset({"incident", "action", "evidence"})
COUNTERS = frozenset({"notice", "calendar"})


def incident_kinds(incident: Incident, closed: set[int]) -> list[Kind]:
    """`closed` are numbers of evidence that the reader may not read."""
    mine = Q(incident_id=incident.pk)
    titles: dict[Any, Callable[[Any], object]] = {RoomAccess: lambda row: f"#{row.user_id}"}
    found = [Kind(Incident, Q(pk=incident.pk), HIDDEN)]
    for model in BELOW:
        is_closed = _closed_by(closed) if model in (Evidence, TimelineEntry) else nobody
        found.append(Kind(model, mine, HIDDEN | PARENTS, title=titles.get(model, _title), is_closed=is_closed))
    custody = Kind(
        CustodyEvent,
        Q(evidence__incident_id=incident.pk) & ~Q(evidence_id__in=closed),
        title=lambda row: f"EV-{row.evidence_id:05d} {row.get_kind_display()}",
    )
    return [
        *found,
        custody,
        Kind(Review, mine, PARENTS, title=lambda row: row.get_status_display()),
        Kind(ActionItem, mine, PARENTS),
    ]


def action_kinds(item: ActionItem) -> list[Kind]:
    mine = Q(action_id=item.pk)
    return [
        Kind(ActionItem, Q(pk=item.pk)),
        Kind(ActionPassage, mine, PARENTS),
        Kind(Extension, mine, PARENTS),
        Kind(ChaseStep, mine, PARENTS | COUNTERS),
    ]


def _closed_by(closed: set[int]) -> Callable[[Any], bool]:
    """Evidence that may not be read, and entries that name it."""

    def is_closed(record: Any) -> bool:
        number = record.pk if isinstance(record, Evidence) else record.data.get("evidence")
        return number in closed

    return is_closed


def _title(record: Any) -> str:
    """By what the record says of itself; never by what it points to, which would be asked for one by one."""
    for name in ("reference", "title", "subject", "name", "wanted"):
        if getattr(record, name, ""):
            text = getattr(record, "title", "") if name == "reference" else ""
            return f"{getattr(record, name)} {text}".strip()
    for name in ("role", "kind", "phase", "audience"):
        if hasattr(record, f"get_{name}_display"):
            return f"{getattr(record, f'get_{name}_display')()} {str(getattr(record, 'text', ''))[:60]}".strip()
    if hasattr(record, "get_target_display"):
        return f"{record.get_source_display()} → {record.get_target_display()}"
    return f"#{record.pk}"
