"""Required capabilities as gaps: whether each is met, missing, accepted for a time, or late. Data in, verdict out.

All dates are calendar days in the organisation's time zone; the last day of an acceptance, and the day a gap is due,
are still inside. An acceptance ends by its date alone: nothing has to run for it to lapse.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry import reminding
from registry.capabilities import CAPABILITIES
from registry.labelled import Labelled

LONGEST_ACCEPTANCE: Final = timedelta(days=366)
DUE_STEPS: Final = (-7, 0)
"""Days from the due date on which its owner hears of a gap; from then on every `THEN_EVERY` days."""
THEN_EVERY: Final = 7
ENDING_STEPS: Final = (14, 3)
"""Days left of an acceptance when those concerned hear of it; and once more when it has lapsed."""
LAPSED: Final = -1
SOON: Final = timedelta(days=14)
"""A gap due within this time waits for its owner."""
_PLACE: Final = {capability.key: place for place, capability in enumerate(CAPABILITIES)}


class GapState(Labelled):
    """In the order in which they matter."""

    OVERDUE = "OVERDUE", _("Overdue")
    GAP = "GAP", _("Missing")
    STALE = "STALE", _("Proof is stale")
    ACCEPTED = "ACCEPTED", _("Accepted")
    MET = "MET", _("Met")


@dataclass(frozen=True)
class Standing:
    """What is said about one capability of a workflow. `accepted_until_date`: the last day its lack is accepted.

    `proof_until_date`: the last day on which the containment options it stands on show it, where it stands on any.
    """

    capability: str
    is_met: bool = False
    due_date: date | None = None
    accepted_until_date: date | None = None
    proof_until_date: date | None = None

    def is_shown(self, on: date) -> bool:
        """Said to be met, and not on a proof that has gone stale."""
        return self.is_met and (self.proof_until_date is None or on <= self.proof_until_date)

    def is_accepted(self, on: date) -> bool:
        return self.accepted_until_date is not None and on <= self.accepted_until_date

    def state(self, on: date) -> GapState:
        if self.is_shown(on):
            return GapState.MET
        if self.is_accepted(on):
            return GapState.ACCEPTED
        if self.is_met:
            return GapState.STALE
        return GapState.OVERDUE if self.days_late(on) else GapState.GAP

    def days_late(self, on: date) -> int:
        """Nothing before and on the day it is due."""
        return max(0, (on - self.due_date).days) if self.due_date is not None else 0


@dataclass(frozen=True)
class Judged:
    standing: Standing
    state: GapState

    @property
    def is_missing(self) -> bool:
        return self.state in {GapState.GAP, GapState.OVERDUE, GapState.STALE}


def judge(required: Iterable[str], said: Iterable[Standing], on: date) -> tuple[Judged, ...]:
    """Each capability asked for, once, in the order of the areas. Asked for and nothing said is a gap."""
    known = {standing.capability: standing for standing in said}
    standings = [known.get(key, Standing(key)) for key in ordered(required)]
    return tuple(Judged(standing, standing.state(on)) for standing in standings)


@dataclass(frozen=True)
class Summary:
    """What of the capabilities is kept beside the workflow, so that lists can ask without looking at each.

    It answers for every day from the one it was made on, as long as nothing is said about a capability; of what is
    accepted only up to the end of a proof.
    """

    missing: int = 0
    """Neither shown nor accepted on the day it was made."""
    more_after: date | None = None
    """The first day after which something more is missing: an acceptance or a proof is over."""
    accepted_last: date | None = None
    late_after: date | None = None
    """The first day after which something is overdue: both its day and its acceptance are over."""
    stale_after: date | None = None
    """The first day after which something counts as missing because its proof is over."""

    def has_missing(self, on: date) -> bool:
        return self.missing > 0 or (self.more_after is not None and self.more_after < on)

    def has_overdue(self, on: date) -> bool:
        return self.late_after is not None and self.late_after < on

    def has_stale(self, on: date) -> bool:
        return self.stale_after is not None and self.stale_after < on

    def has_accepted(self, on: date) -> bool:
        return self.accepted_last is not None and self.accepted_last >= on


def summarise(standings: Iterable[Standing], on: date) -> Summary:
    """Of the capabilities that are asked for."""
    rows = list(standings)
    unmet = [standing for standing in rows if not standing.is_met]
    proofs = [
        max(s.proof_until_date, s.accepted_until_date or s.proof_until_date)
        for s in rows
        if s.is_met and s.proof_until_date is not None
    ]
    accepted = [s.accepted_until_date for s in rows if s.accepted_until_date and s.state(on) is GapState.ACCEPTED]
    late = [max(s.due_date, s.accepted_until_date or s.due_date) for s in unmet if s.due_date is not None]
    more = [*(day for day in proofs if day >= on), *accepted]
    return Summary(
        missing=sum(Judged(standing, standing.state(on)).is_missing for standing in rows),
        more_after=min(more, default=None),
        accepted_last=max(accepted, default=None),
        late_after=min(late, default=None),
        stale_after=min(proofs, default=None),
    )


def ordered(keys: Iterable[str]) -> list[str]:
    """In the order of the areas; keys that are no longer among the capabilities come last."""
    return sorted(set(keys), key=lambda key: (_PLACE.get(key, len(_PLACE)), key))


def is_clear(required: Iterable[str], said: Iterable[Standing], on: date) -> bool:
    """Whether nothing that is asked for is missing, except what is accepted on that day."""
    return not any(judged.is_missing for judged in judge(required, said, on))


def due_step(due_date: date, today: date) -> int | None:
    """The newest day of the chase that has come, counted from the due date; nothing before the first."""
    return reminding.due_step(due_date, today, before=DUE_STEPS, every=THEN_EVERY)


def ending_step(until_date: date, today: date) -> int | None:
    """The newest step towards the end of an acceptance: days left at it, or `LAPSED`."""
    return LAPSED if until_date < today else reminding.ending_step(until_date, today, left=ENDING_STEPS)
