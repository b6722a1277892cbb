"""What a check says, and what follows for a part of readiness and for the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Part(Labelled):
    """The four properties of a workflow that is ready for its first incident."""

    SEEN = "SEEN", _("Seen")
    STOPPED = "STOPPED", _("Stopped")
    EXPLAINED = "EXPLAINED", _("Explained")
    IMPROVED = "IMPROVED", _("Improved")

    @property
    def question(self) -> str:
        return str(_QUESTIONS[self])


_QUESTIONS = {
    Part.SEEN: _("Would somebody notice that it goes wrong?"),
    Part.STOPPED: _("Can it be narrowed or stopped in time?"),
    Part.EXPLAINED: _("Can one say afterwards why it did what it did?"),
    Part.IMPROVED: _("Does it change after a failure?"),
}


class Result(Labelled):
    """Of one check."""

    MET = "MET", _("Met")
    ACCEPTED = "ACCEPTED", _("Accepted for a time")
    STALE = "STALE", _("Proof is stale")
    NOT_MET = "NOT_MET", _("Not met")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Does not apply")

    @property
    def rank(self) -> int:
        """How much it is worth. What does not apply stands in nobody's way."""
        return _WORTH[self]

    @property
    def passes(self) -> bool:
        return self.rank >= _WORTH[Result.ACCEPTED]


_WORTH = {Result.NOT_MET: 0, Result.STALE: 1, Result.ACCEPTED: 2, Result.MET: 3, Result.NOT_APPLICABLE: 3}


class Readiness(Labelled):
    """Of a part, and of a workflow."""

    READY = "READY", _("Ready")
    STALE = "STALE", _("Proof is stale")
    NOT_READY = "NOT_READY", _("Not ready")
    NOT_ASKED = "NOT_ASKED", _("Not asked for")


@dataclass(frozen=True)
class Evidence:
    """One record that a result rests on, or that is missing. `kind` and `key` say which, so that a page can lead to it;
    where there is no record, there is only a name.
    """

    kind: str
    key: int | str
    name: str
    at: datetime | None = None
    how: str = ""
    is_stale: bool = False


@dataclass(frozen=True)
class Outcome:
    """`say` is one sentence for people; `evidence` what it rests on, `lacking` what is missing or fails."""

    result: Result
    say: "StrPromise | str"
    evidence: tuple[Evidence, ...] = ()
    lacking: tuple[Evidence, ...] = ()


def readiness(results: Iterable[Result]) -> Readiness:
    """The weakest of the demanded results decides."""
    worst = min((result.rank for result in results), default=None)
    if worst is None:
        return Readiness.NOT_ASKED
    if worst == _WORTH[Result.NOT_MET]:
        return Readiness.NOT_READY
    return Readiness.STALE if worst == _WORTH[Result.STALE] else Readiness.READY
