"""A check: what it asks, of whom it is demanded, what answers it, and where that is put right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from registry.proofs import UNJUDGED
from registry.readiness.facts import Facts
from registry.readiness.outcome import Evidence, Outcome, Part, Result
from registry.readiness.references import Question, Reference

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Run = Callable[[Facts, datetime], Outcome]
ALL: Final = ("T1", "T2", "T3", "T4")
UPPER: Final = ("T1", "T2", "T3")
HIGH: Final = ("T1", "T2")
TOP: Final = ("T1",)
NONE: Final = ()


@dataclass(frozen=True)
class Check:
    """`pilot` and `production`: tiers at which it is demanded from that stage on. `where`: name of the address."""

    key: str
    part: Part
    name: "StrPromise"
    asks: "StrPromise"
    run: Run
    where: str
    pilot: tuple[str, ...] = NONE
    production: tuple[str, ...] = NONE
    questions: tuple[Question, ...] = ()
    references: tuple[Reference, ...] = ()

    def is_demanded(self, tier: str, stage: str) -> bool:
        """What is not running yet is held to what a pilot needs; what is retired, to nothing."""
        if stage == "RETIRED":
            return False
        tiers = {*self.pilot, *(self.production if stage == "PRODUCTION" else ())}
        return (tier or UNJUDGED) in tiers


def met(say: "StrPromise | str", evidence: Iterable[Evidence] = ()) -> Outcome:
    return Outcome(Result.MET, say, tuple(evidence))


def stale(say: "StrPromise | str", evidence: Iterable[Evidence] = ()) -> Outcome:
    return Outcome(Result.STALE, say, tuple(evidence))


def not_met(say: "StrPromise | str", evidence: Iterable[Evidence] = (), lacking: Iterable[Evidence] = ()) -> Outcome:
    return Outcome(Result.NOT_MET, say, tuple(evidence), tuple(lacking))


def does_not_apply(say: "StrPromise | str") -> Outcome:
    return Outcome(Result.NOT_APPLICABLE, say)


def only_name(name: object) -> Evidence:
    return Evidence("", "", str(name))


def named(kind: str, fact: Any, at: datetime | None = None, **more: Any) -> Evidence:
    return Evidence(kind, fact.key, fact.name, at, **more)
