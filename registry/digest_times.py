"""When gathered mail is due: once on each day, or each week, at an hour of the person's own clock.

Clocks that are put forward skip hours and clocks that are put back show some twice. An hour that is skipped counts
when the clock has passed it, an hour shown twice counts the first time: so there is one moment for each day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7


def moment_on(day: date, *, hour: int, zone: ZoneInfo) -> datetime:
    """The moment of `day` at which mail is due, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def newest_due(at: datetime, *, hour: int, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The last moment at or before `at` at which mail was due, in UTC. With `weekday` (0 is Monday) only on that."""
    return max(moment for moment in _around(at, hour=hour, zone=zone, weekday=weekday) if moment <= at)


def next_due(at: datetime, *, hour: int, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The first moment after `at` at which mail is due, in UTC."""
    return min(moment for moment in _around(at, hour=hour, zone=zone, weekday=weekday) if moment > at)


def _around(at: datetime, *, hour: int, zone: ZoneInfo, weekday: int | None) -> list[datetime]:
    """Those near `at`. A day more than a week on each side: a zone may leave out a day altogether."""
    today = at.astimezone(zone).date()
    days = (today + timedelta(days=n) for n in range(-WEEK - 2, WEEK + 3))
    return [moment_on(day, hour=hour, zone=zone) for day in days if weekday is None or day.weekday() == weekday]
