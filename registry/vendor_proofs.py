"""How an answer of a vendor stands, and when its owner hears of it. Data in, verdict out.

All dates are calendar days in the organisation's time zone; the last day an answer is valid is still inside.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry import reminding
from registry.labelled import Labelled

LONGEST_VALIDITY: Final = timedelta(days=3 * 366)
LATEST_DUE: Final = timedelta(days=366)
ENDING_STEPS: Final = (30, 7)
"""Days left of an answer when its owner hears of it; from its end on every `THEN_EVERY` days."""
DUE_STEPS: Final = (-7, 0)
"""Days from the day answers are due on which open questions are told; from then on every `THEN_EVERY` days."""
JUDGE_WITHIN: Final = 7
"""Days after which risk staff hear of an answer that nobody has judged; from then on every `THEN_EVERY` days."""
THEN_EVERY: Final = 14
SOON: Final = timedelta(days=30)
ONE_DAY: Final = timedelta(days=1)


class ProofState(Labelled):
    """In the order in which they matter."""

    EXPIRED = "EXPIRED", _("Expired")
    INSUFFICIENT = "INSUFFICIENT", _("Not sufficient")
    OPEN = "OPEN", _("Open")
    ANSWERED = "ANSWERED", _("To be judged")
    SUFFICIENT = "SUFFICIENT", _("Sufficient")
    WAIVED = "WAIVED", _("Not needed")


class Judgement(Labelled):
    """What somebody other than who entered it found of an answer."""

    SUFFICIENT = "SUFFICIENT", _("Sufficient")
    INSUFFICIENT = "INSUFFICIENT", _("Not sufficient")


OWED: Final = (ProofState.OPEN, ProofState.INSUFFICIENT)
"""The vendor must answer, for the first time or better."""
HOLDS: Final = (ProofState.ANSWERED, ProofState.SUFFICIENT)
"""An answer with a last day ahead."""
SETTLED: Final = (ProofState.SUFFICIENT, ProofState.WAIVED)


@dataclass(frozen=True)
class Said:
    """What is said about one question."""

    is_answered: bool = False
    is_waived: bool = False
    valid_until_date: date | None = None
    judgement: str = ""
    """A `Judgement`, or empty as long as there is none."""

    def state(self, on: date) -> ProofState:
        if self.is_waived:
            return ProofState.WAIVED
        if not self.is_answered:
            return ProofState.OPEN
        if self.judgement == Judgement.INSUFFICIENT:
            return ProofState.INSUFFICIENT
        if self.valid_until_date is not None and on > self.valid_until_date:
            return ProofState.EXPIRED
        return ProofState.SUFFICIENT if self.judgement else ProofState.ANSWERED

    def ends_soon(self, on: date) -> bool:
        return self.state(on) in HOLDS and self.valid_until_date is not None and self.valid_until_date - on <= SOON


def ending_step(valid_until: date, today: date) -> int | None:
    """The newest step towards the end of an answer and beyond it, in days left; nothing before the first."""
    over = reminding.due_step(valid_until + ONE_DAY, today, before=(), every=THEN_EVERY)
    return reminding.ending_step(valid_until, today, left=ENDING_STEPS) if over is None else -1 - over


def judging_step(answered: date, today: date) -> int | None:
    """The newest day on which a judgement is asked for, counted from the answer; nothing before the first."""
    return reminding.waiting_step(answered, today, after=(JUDGE_WITHIN,), every=THEN_EVERY)


def due_step(due: date, today: date) -> int | None:
    """The newest day of the chase that has come, counted from the due date; nothing before the first."""
    return reminding.due_step(due, today, before=DUE_STEPS, every=THEN_EVERY)
