"""Which steps of an escalation path are due, and when people are reminded of what is to be said. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from registry.escalation import Step

LEAST: Final = timedelta(minutes=15)
"""An update is this late at least before it goes up."""
AHEAD: Final = timedelta(minutes=30)
"""The lead is reminded of an update this long before it is due at most."""


def due_steps(path: Sequence[Step], *, since: datetime, now: datetime) -> list[tuple[int, Step]]:
    """The steps of the path whose time has come, numbered from 0, for as long as nobody leads. `since`: from when on
    nobody has.
    """
    return [(number, step) for number, step in enumerate(path) if now >= since + timedelta(minutes=step.after_minutes)]


def reminds_at(due_at: datetime, every_minutes: int) -> datetime:
    """When the lead is reminded of an internal update: with a quarter of the time between two to go."""
    return due_at - min(timedelta(minutes=every_minutes / 4), AHEAD)


def half_time(arose_at: datetime, due_at: datetime) -> datetime:
    """When half of the time for a message is gone."""
    return arose_at + (due_at - arose_at) / 2


def goes_up_at(due_at: datetime, every_minutes: int) -> datetime:
    """When an internal update, or a message outside, that was due at `due_at` is so late that others are told: after
    half the time that there was for it.
    """
    return due_at + max(timedelta(minutes=every_minutes / 2), LEAST)
