"""How long a proof is believed, by risk tier. After that it is stale: it may still hold, but nobody knows.

The limits are data with a reason, so that they can be argued about. A workflow whose tier nobody has judged yet is
taken for T2. `None`: it does not age at this tier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

UNJUDGED: Final = "T2"
"""The tier by which a workflow without one is judged."""


@dataclass(frozen=True)
class Age:
    """`days`: tier → days for which a proof of this kind is believed."""

    days: Mapping[str, int | None]
    why: "StrPromise"

    def lasts(self, tier: str) -> timedelta | None:
        days = self.days[tier or UNJUDGED]
        return timedelta(days=days) if days is not None else None

    def until(self, proven_at: datetime, tier: str) -> datetime | None:
        """The last moment at which the proof is believed; nothing when it does not age."""
        lasts = self.lasts(tier)
        return proven_at + lasts if lasts is not None else None

    def is_stale(self, proven_at: datetime | None, now: datetime, tier: str) -> bool:
        """Never proven is stale too."""
        if proven_at is None:
            return True
        until = self.until(proven_at, tier)
        return until is not None and now > until


OPTION: Final = Age(
    {"T1": 90, "T2": 180, "T3": 365, "T4": 730},
    _("People, flags and services change every quarter; a switch that was last used before that is a hope."),
)
SIGNAL: Final = Age(
    {"T1": 90, "T2": 180, "T3": 365, "T4": 730},
    _("A signal that has not fired for long may have fallen silent, which looks like everything being well."),
)
EXERCISE: Final = Age(
    {"T1": 180, "T2": 365, "T3": 730, "T4": None},
    _("People who have worked together in an exercise change their posts within a year."),
)
CAPABILITY: Final = Age(
    {"T1": 365, "T2": 365, "T3": 730, "T4": None},
    _("What was shown a year ago was shown of other versions, other people and other contracts."),
)
ASSESSMENT: Final = Age(
    {"T1": 365, "T2": 365, "T3": 730, "T4": 1095},
    _("How far a workflow can hurt moves with its use, even where nobody changes it."),
)
PLAYBOOK: Final = Age(
    {"T1": 365, "T2": 365, "T3": 365, "T4": 365},
    _("Telephone numbers, names and ways of working in a playbook are wrong after a year."),
)
BASELINE: Final = Age(
    {"T1": 365, "T2": 365, "T3": None, "T4": None},
    _("Limits that were agreed for last year's use are agreed anew."),
)
