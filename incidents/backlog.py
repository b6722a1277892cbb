"""What waits for people since the automation was narrowed: whether it grows, and when it is gone. Pure.

The rate is taken from what was told (coming in less done), else from the readings themselves: the slope of the least
squares line through those of the last three hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

WINDOW: Final = timedelta(hours=3)
SHORTEST: Final = timedelta(minutes=5)
"""Readings closer together than this say nothing about a rate."""
LONGEST: Final = timedelta(days=366)
"""Whatever would take longer does not clear, as far as anybody in the room is concerned."""
STILL: Final = 0.01
"""A queue that changes by less than this share of itself an hour, or by less than one, stands still."""


class Trend(Labelled):
    UNKNOWN = "UNKNOWN", _("Too few readings")
    GROWING = "GROWING", _("Growing")
    STEADY = "STEADY", _("Standing still")
    SHRINKING = "SHRINKING", _("Shrinking")


class Clearing(Labelled):
    """What can be said about the end of it."""

    CLEAR = "CLEAR", _("Nothing waits")
    UNKNOWN = "UNKNOWN", _("Not known yet")
    NEVER = "NEVER", _("Does not clear at this rate")
    AT = "AT", _("Clears")


@dataclass(frozen=True)
class Reading:
    """How many waited at a moment; the rates are per hour, where they are known."""

    at: datetime
    length: int
    per_hour_in: float | None = None
    per_hour_out: float | None = None


@dataclass(frozen=True)
class Outlook:
    """`net` is what is added an hour, negative while it shrinks; `clears_at` only where `clearing` is AT."""

    trend: Trend
    clearing: Clearing
    net: float | None = None
    clears_at: datetime | None = None


def outlook(readings: Sequence[Reading]) -> Outlook:
    """What the readings of one queue say, in whatever order they come. At least one."""
    ordered = sorted(readings, key=lambda reading: reading.at)
    newest, net = ordered[-1], net_per_hour(ordered)
    if net is None:
        return Outlook(Trend.UNKNOWN, Clearing.UNKNOWN if newest.length else Clearing.CLEAR)
    trend = _trend(net, newest.length)
    if not newest.length:
        return Outlook(trend, Clearing.CLEAR, net)
    hours = newest.length / -net if net < 0 else None
    if hours is None or hours > LONGEST / timedelta(hours=1):
        return Outlook(trend, Clearing.NEVER, net)
    return Outlook(trend, Clearing.AT, net, newest.at + timedelta(hours=hours))


def net_per_hour(ordered: Sequence[Reading]) -> float | None:
    """What is added an hour, by the newest reading or by the slope; None where neither says anything."""
    newest = ordered[-1]
    if newest.per_hour_in is not None and newest.per_hour_out is not None:
        return newest.per_hour_in - newest.per_hour_out
    recent = [reading for reading in ordered if reading.at > newest.at - WINDOW]
    if len(recent) < 2 or newest.at - recent[0].at < SHORTEST:
        return None
    hours = [(reading.at - newest.at) / timedelta(hours=1) for reading in recent]
    middle, level = sum(hours) / len(hours), sum(reading.length for reading in recent) / len(recent)
    spread = sum((hour - middle) ** 2 for hour in hours)
    rise = sum((hour - middle) * (reading.length - level) for hour, reading in zip(hours, recent, strict=True))
    return rise / spread


def _trend(net: float, length: int) -> Trend:
    if abs(net) < max(1.0, STILL * length):
        return Trend.STEADY
    return Trend.GROWING if net > 0 else Trend.SHRINKING
