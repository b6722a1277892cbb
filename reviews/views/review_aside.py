"""What stands beside a review while it is written and read: times, durations, the first signal, the timeline."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Incident, Moment, TimelineEntry
from incidents.services.times import times_of
from incidents.times import TimeKind, durations

ENTRIES = 40


def aside(incident: Incident) -> dict[str, Any]:
    times = times_of(incident)
    lengths = durations(times)
    detected = Moment.objects.filter(incident=incident, kind=TimeKind.DETECTED).order_by("-id").first()
    return {
        "times": [(kind.label, times[kind]) for kind in TimeKind if kind in times],
        "durations": [
            (_("Time to detect"), _in_words(lengths.detect)),
            (_("Time to contain"), _in_words(lengths.contain)),
            (_("Time to recover"), _in_words(lengths.recover)),
        ],
        "first_signal": detected.source if detected is not None else "",
        "facts": incident.facts.items(),
        "entries": _entries(incident),
        "entry_count": TimelineEntry.objects.filter(incident=incident).count(),
    }


def _entries(incident: Incident) -> list[TimelineEntry]:
    """The first entries in order, without those that were corrected."""
    standing = TimelineEntry.objects.filter(incident=incident, superseded_by__isnull=True)
    return list(standing.select_related("author").order_by("occurred_at", "id")[:ENTRIES])


def _in_words(length: timedelta | None) -> str:
    """Days, hours and minutes; seconds do not matter in a review."""
    if length is None:
        return ""
    minutes = round(length.total_seconds() / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}
