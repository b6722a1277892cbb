"""What stands beside a review while it is written and read: the times, the durations, the first signal, the timeline."""

from typing import Any

from incidents.models import Incident, Moment, TimelineEntry
from incidents.services.times import durations_of, times_of
from incidents.times import TimeKind

ENTRIES = 40


def aside(incident: Incident) -> dict[str, Any]:
    times = times_of(incident)
    detected = Moment.objects.filter(incident=incident, kind=TimeKind.DETECTED).order_by("-id").first()
    return {
        "times": [(kind.label, times[kind]) for kind in TimeKind if kind in times],
        "durations": durations_of(incident),
        "first_signal": detected.source if detected is not None else "",
        "facts": incident.facts.items(),
        "entries": _entries(incident),
        "entry_count": TimelineEntry.objects.filter(incident=incident).count(),
    }


def _entries(incident: Incident) -> list[TimelineEntry]:
    """The first entries in order, without those that were corrected."""
    standing = TimelineEntry.objects.filter(incident=incident, superseded_by__isnull=True)
    return list(standing.select_related("author").order_by("occurred_at", "id")[:ENTRIES])
