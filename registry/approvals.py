"""Going live and earning more autonomy: who must agree by tier, how long an approval holds, when somebody is reminded.

Pure. All dates are calendar days in the organisation's time zone, and the last day is still inside. Source: the rule
that a workflow earns more autonomy only once it can be operated under stress, and separation of duties.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from registry import reminding
from registry.labelled import Labelled, Ordered
from registry.proofs import UNJUDGED

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RISK, EXECUTIVE = "RISK", "EXECUTIVE"
DUE_STEPS: Final = (-7, 0)
"""Days from the day a condition is due on which its owner hears of it; from then on every `THEN_EVERY` days."""
THEN_EVERY: Final = 7
WAITING_STEPS: Final = (3, 7)
"""Days a step has waited when those who may decide are reminded; from the last one on every `THEN_EVERY` days."""
CLIMBS_AT: Final = 7
"""From so many days of waiting on executives and whoever asked are told too."""
ENDING_STEPS: Final = (14, 3)
"""Days left of an approval that nobody has used yet when those concerned hear of it."""
LATEST_CONDITION: Final = timedelta(days=366)


class GateKind(Labelled):
    GO_LIVE = "GO_LIVE", _("Go live")
    MORE_AUTONOMY = "MORE_AUTONOMY", _("More autonomy")


class Autonomy(Ordered):
    """What a workflow may do without a person. The words are those by which the severity of an incident is judged."""

    RECOMMENDS = "RECOMMENDS", _("Recommends; a person acts")
    ACTS_AFTER_APPROVAL = "ACTS_AFTER_APPROVAL", _("Acts after a person approved")
    ACTS_ALONE = "ACTS_ALONE", _("Acts alone")


class Basis(Labelled):
    """By what right a workflow is in production."""

    GATE = "GATE", _("Approved to go live")
    BEFORE_GATES = "BEFORE_GATES", _("In production before there were gates")
    ON_ENTRY = "ON_ENTRY", _("In production when it was entered here")


class Status(Labelled):
    """In the order in which a request goes through them; the last three end it."""

    ASKED = "ASKED", _("Waiting for a decision")
    GRANTED = "GRANTED", _("Granted, not used yet")
    USED = "USED", _("Granted and used")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Taken back")
    LAPSED = "LAPSED", _("Lapsed")


LIVE: Final = (Status.ASKED, Status.GRANTED)
"""Still about; at most one of a kind for each workflow."""
HELD: Final = (Status.GRANTED, Status.USED)
"""The approval counts, and so do its conditions."""
OWED: Final = (Status.ASKED, *HELD)
"""Conditions of such a request are still to be met."""


@dataclass(frozen=True)
class Chain:
    """`steps`: for each step the roles of which one person decides; `days`: how long the approval may lie unused."""

    steps: tuple[tuple[str, ...], ...]
    days: int
    why: "StrPromise"


CHAINS: Final[Mapping[str, Chain]] = {
    "T1": Chain(
        ((RISK,), (EXECUTIVE,)), 30,
        _("What is critical is carried by an executive, after risk has looked at it; what was looked at ages fast."),
    ),
    "T2": Chain(
        ((RISK,), (RISK, EXECUTIVE)), 60,
        _("Two people who did not ask look at it, one after the other; at least one of them is of risk."),
    ),
    "T3": Chain(((RISK,),), 90, _("One risk officer who did not ask looks at it.")),
    "T4": Chain(((RISK,),), 90, _("One risk officer who did not ask looks at it.")),
}  # fmt: skip


def chain_of(tier: str) -> Chain:
    """A workflow that nobody has judged is taken for T2, like everywhere."""
    return CHAINS[tier or UNJUDGED]


def is_outgrown(tier_then: str, tier_now: str) -> bool:
    """Whether the tier of now asks for other people than that at which it was asked for. A lower tier never does."""
    then, now = tier_then or UNJUDGED, tier_now or UNJUDGED
    return now < then and CHAINS[now].steps != CHAINS[then].steps


def is_raise(old: str, new: str) -> bool:
    """Whether `new` leaves more to the workflow. What was never stated can be stated as it is."""
    return bool(old and new) and Autonomy(new).rank > Autonomy(old).rank


def is_forgetting(old: str, new: str) -> bool:
    """What is known cannot be made unknown: it could then be stated anew, higher."""
    return bool(old) and not new


def lapses_on(granted_on: date, tier: str) -> date:
    """The last day on which the approval can be used."""
    return granted_on + timedelta(days=chain_of(tier).days)


def is_lapsed(valid_until: date, open_conditions: Sequence[date], on: date) -> bool:
    """An approval that nobody has used ends with its last day, or with the day of a condition that is not met."""
    return on > valid_until or any(on > due for due in open_conditions)


def due_step(due_date: date, today: date) -> int | None:
    """The newest day of the chase of a condition that has come, counted from its day; nothing before the first."""
    return reminding.due_step(due_date, today, before=DUE_STEPS, every=THEN_EVERY)


def waiting_step(since: date, today: date) -> int | None:
    """The newest reminder to those who may decide, in days of waiting; nothing before the first."""
    return reminding.waiting_step(since, today, after=WAITING_STEPS, every=THEN_EVERY)


def ending_step(valid_until: date, today: date) -> int | None:
    """The newest step towards the end of an approval: days left at it; nothing before the first and after the end."""
    return reminding.ending_step(valid_until, today, left=ENDING_STEPS)
