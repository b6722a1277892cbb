"""How far harm can reach when a workflow is wrong: what it sets off, can it be undone, what stands in front of it.

The words for reversibility and for who is reached are those by which the severity of an incident is judged, so that
what was foreseen can be held against what happened.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from registry.labelled import Ordered


class Reversibility(Ordered):
    EASY = "EASY", _("Undone easily")
    AT_A_COST = "AT_A_COST", _("Undone at a cost")
    IRREVERSIBLE = "IRREVERSIBLE", _("Cannot be undone")


class Reach(Ordered):
    INTERNAL = "INTERNAL", _("Internal")
    SOME_CUSTOMERS = "SOME_CUSTOMERS", _("Some customers")
    MANY_OR_PUBLIC = "MANY_OR_PUBLIC", _("Many or the public")


class Validation(Ordered):
    """What stands between a wrong output and the action; from nothing to the strictest."""

    NONE = "NONE", _("Nothing checks it")
    AUTOMATIC = "AUTOMATIC", _("Automatic check")
    PERSON = "PERSON", _("A person approves")


class Path(Protocol):
    """Anything that is judged by these three, each one of the symbols above."""

    @property
    def reversibility(self) -> str: ...
    @property
    def validation(self) -> str: ...
    @property
    def reach(self) -> str: ...


P = TypeVar("P", bound=Path)


def worst_reversibility(actions: Iterable[Path]) -> Reversibility | None:
    """The hardest to undo among `actions`; nothing when there is none."""
    return max((Reversibility(action.reversibility) for action in actions), key=lambda kind: kind.rank, default=None)


def is_unchecked_harm(action: Path) -> bool:
    """The worst there is: it cannot be undone, nothing checks it, and it reaches customers."""
    return (
        action.reversibility == Reversibility.IRREVERSIBLE
        and action.validation == Validation.NONE
        and action.reach != Reach.INTERNAL
    )


def weight(action: Path) -> tuple[int, int, int]:
    """Orders paths, higher is worse: what cannot be undone, then what nothing checks, then how many it reaches."""
    strictest = Validation.PERSON.rank
    return (
        Reversibility(action.reversibility).rank,
        strictest - Validation(action.validation).rank,
        Reach(action.reach).rank,
    )


def worst_path(actions: Iterable[P]) -> P | None:
    """The path to look at first: unchecked harm before anything else, then by weight; the earlier one of equals."""
    return max(actions, key=lambda action: (is_unchecked_harm(action), *weight(action)), default=None)
