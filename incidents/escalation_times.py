"""Which steps of an escalation path are due, and when a late internal update goes up. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from registry.escalation import Step

LEAST: Final = timedelta(minutes=15)
"""An update is this late at least before it goes up."""


def due_steps(path: Sequence[Step], *, since: datetime, now: datetime) -> list[tuple[int, Step]]:
    """The steps of the path whose time has come, numbered from 0, for as long as nobody leads. `since`: from when on
    nobody has.
    """
    return [(number, step) for number, step in enumerate(path) if now >= since + timedelta(minutes=step.after_minutes)]


def goes_up_at(due_at: datetime, every_minutes: int) -> datetime:
    """When an internal update that was due at `due_at` is so late that others are told: half the time between two."""
    return due_at + max(timedelta(minutes=every_minutes / 2), LEAST)
