"""Times of a clock that ran ahead and was put right: they lie in the future and say nothing."""

from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
"""Clocks of two machines may differ by so much."""


def is_ahead(moment: datetime, at: datetime) -> bool:
    """Whether `moment` was written by a clock that ran ahead of what it says now."""
    return moment > at + TOLERANCE
