"""When a message is tried again: soon at first, then ever more rarely, a little scattered, for three days."""

from datetime import timedelta
from typing import Final

GIVE_UP_AFTER: Final = timedelta(days=3)
DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
)
"""After the first failed attempt, the second, and so on; the last one stays."""
SCATTER: Final = 0.2
"""Each delay is up to this part shorter or longer, so that what failed together does not come back together."""
PATIENCE: Final = 2
"""Failures in a row after which a receiver is left alone between attempts, whatever else waits for it."""
LONGEST_REST: Final = timedelta(minutes=5)


def delay_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more). `chance` is between 0 and 1."""
    planned = DELAYS[min(attempts, len(DELAYS)) - 1]
    return planned * (1 + SCATTER * (2 * chance - 1))


def rest_after(failures: int) -> timedelta:
    """How long a receiver that failed so often in a row is asked for nothing at all."""
    if failures <= PATIENCE:
        return timedelta(0)
    return min(timedelta(seconds=5 * 2 ** min(failures - PATIENCE - 1, 10)), LONGEST_REST)
