"""Calendar days of the organisation as moments, and moments as JSON writes them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

LAST = date(9999, 12, 30)
"""Later days have no day after them that can be written in every zone."""


def end_of(day: date) -> datetime:
    """The last moment of a day in the zone of the installation."""
    day = min(day, LAST)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
