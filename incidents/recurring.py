"""When something that happened before counts as repeated, and when as a pattern. Pure.

After the incident-response paper: one bad draft is a near miss, fifty wrong updates over two weeks are a serious
incident. Counted is what concerned the same workflow and failed in the same way within `WITHIN`, near misses and
quality issues too.
"""

from datetime import timedelta
from typing import Final

from incidents.severity_inputs import Recurrence

WITHIN: Final = timedelta(days=90)
PATTERN_FROM: Final = 3
"""Earlier ones of the same kind."""


def recurrence(earlier_alike: int, lapsed_fixes: int = 0) -> Recurrence:
    """`earlier_alike`: of the same workflow and kind. A fix that lapsed or failed means that it happened before."""
    if earlier_alike >= PATTERN_FROM:
        return Recurrence.PATTERN
    return Recurrence.REPEATED if earlier_alike or lapsed_fixes else Recurrence.FIRST
