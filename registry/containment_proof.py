"""What a containment option is worth: where it stands on the ladder, how long its proof holds, and what stands on it.

Source: the operational playbook's hierarchy of containment, filled in between its rungs. All dates are calendar days in
the organisation's time zone; the last day is still inside.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry import proofs
from registry.labelled import Labelled

WARN_BEFORE: Final = timedelta(days=14)
"""From this time before the end of a proof on, those concerned are reminded to prove it again."""
NEVER: Final = date.min
"""Until when the proof of an option holds that nobody ever tried."""


class Occasion(Labelled):
    """By what an option was proven."""

    DRILL = "DRILL", _("Drill")
    INCIDENT = "INCIDENT", _("Incident")


class Rung(Labelled):
    """The ladder between “keep running” and “shut it all down”, mildest first."""

    LIMIT = "LIMIT", _("Limit what it does")
    REROUTE = "REROUTE", _("Run on something simpler")
    ROLL_BACK = "ROLL_BACK", _("Go back to what was good")
    STOP = "STOP", _("Stop it")


RUNGS: Final[Mapping[Rung, tuple[str, ...]]] = {
    Rung.LIMIT: (
        "NARROW_SCOPE", "PAUSE_PATHS", "TIGHTEN_CONTROLS", "FORCE_REVIEW", "DISABLE_TOOL", "RESTRICT_INPUTS",
        "BLOCK_SOURCE", "RESTRICT_PERMISSIONS",
    ),
    Rung.REROUTE: ("SWITCH_PROVIDER", "DEGRADE"),
    Rung.ROLL_BACK: ("ROLLBACK_PROMPT", "ROLLBACK_RETRIEVAL", "ROLLBACK_CONFIGURATION", "ROLLBACK_MODEL"),
    Rung.STOP: ("FALL_BACK_TO_HUMAN", "KILL_SWITCH"),
}  # fmt: skip
"""Rung → kinds of options on it."""

STANDS_ON: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "KILL_SWITCH": (("KILL_SWITCH",),),
    "APPROVAL_GATE": (("FORCE_REVIEW",),),
    "REVIEW_QUEUE": (("FORCE_REVIEW",),),
    "STRICT_CONTAINMENT": (("PAUSE_PATHS", "DISABLE_TOOL", "RESTRICT_PERMISSIONS"),),
    "ROLLBACK": tuple((kind,) for kind in RUNGS[Rung.ROLL_BACK]),
}
"""Required capability → groups of kinds of options that it stands on. In a group the freshest proof counts; of the
groups that have an option, the one whose proof ends first."""


def rung_of(kind: str) -> Rung:
    return next(rung for rung, kinds in RUNGS.items() if kind in kinds)


def is_stale(proven_at: datetime | None, now: datetime, tier: str) -> bool:
    """How long a proof is believed goes by the tier of the workflow."""
    return proofs.OPTION.is_stale(proven_at, now, tier)


def fresh_until(proven_at: datetime | None, tier: str) -> datetime | None:
    """When the proof goes stale; nothing where there is none."""
    return proofs.OPTION.until(proven_at, tier) if proven_at is not None else None


def last_day(proven_on: date | None, tier: str) -> date:
    """The last day on which a proof of that day holds."""
    lasts = proofs.OPTION.lasts(tier)
    if proven_on is None:
        return NEVER
    return proven_on + lasts if lasts is not None else date.max


def holds_until(capability: str, options: Iterable[tuple[str, date | None]], tier: str) -> date | None:
    """The last day on which `capability` is shown by the options in use, each a kind and the day it was last proven.

    Nothing where no option of its kinds is there: then what was said about the capability stands for itself.
    """
    known = list(options)
    ends = [
        max(last_day(proven, tier) for kind, proven in known if kind in group)
        for group in STANDS_ON.get(capability, ())
        if any(kind in group for kind, _proven in known)
    ]
    return min(ends, default=None)
