"""The risk tier of a workflow: seven answers and the EU AI Act class in, a tier with its causes out.

Sources: the practical decision framework for the areas; the thresholds are the organisation's own rule set
(`tiering_rules`), versioned with every assessment that used it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from registry.ai_act import AiActClass
from registry.capabilities import CAPABILITIES, Capability, required_capabilities
from registry.risk_areas import Area, Level
from registry.tiering_rules import DEFAULT_RULE_SET, TIERS, holds, validate

__all__ = [
    "CAPABILITIES",
    "DEFAULT_RULE_SET",
    "TIERS",
    "AiActClass",
    "Area",
    "Capability",
    "Cause",
    "Change",
    "Level",
    "TierResult",
    "Unanswered",
    "decide",
    "required_capabilities",
    "tier_of",
    "validate",
]


@dataclass(frozen=True)
class Cause:
    """An answer that brought the tier about. `area` is None when it is the class under the EU AI Act."""

    area: Area | None
    level: Level | AiActClass


@dataclass(frozen=True)
class Change:
    """If this one answer were `level`, all others staying, the tier would be `tier`. `area` as in `Cause`."""

    area: Area | None
    level: Level | AiActClass
    tier: str


@dataclass(frozen=True)
class TierResult:
    """`causes` is a smallest set of answers on which the rule alone would hold; empty for a rule that always holds.

    `also` are the other answers on which, in another combination, it would hold just as well.
    """

    tier: str
    rule_name: str
    rule_set_version: str
    causes: tuple[Cause, ...]
    also: tuple[Cause, ...]
    changes: tuple[Change, ...]


class Unanswered(ValueError):
    """Areas without an answer; a tier is never guessed from part of the answers."""

    def __init__(self, areas: tuple[Area, ...]) -> None:
        super().__init__("No answer for: " + ", ".join(areas))
        self.areas = areas


def decide(answers: Mapping[Area, Level], ai_act: AiActClass, rule_set: Mapping[str, Any]) -> TierResult:
    """The tier by a rule set that `validate` finds nothing wrong with; raises `Unanswered` for a missing area."""
    if missing := tuple(area for area in Area if area not in answers):
        raise Unanswered(missing)
    rule = _first(answers, ai_act, rule_set)
    sets = list(_sufficient(answers, ai_act, rule["when"]))
    causes = sets[0]
    return TierResult(
        tier=rule["tier"],
        rule_name=rule["name"],
        rule_set_version=rule_set["version"],
        causes=causes,
        also=tuple(cause for cause in _above_low(answers, ai_act) if cause not in causes and _in_any(cause, sets)),
        changes=tuple(_changes(answers, ai_act, rule_set, rule["tier"])),
    )


def tier_of(answers: Mapping[Area, Level], ai_act: AiActClass, rule_set: Mapping[str, Any]) -> str:
    """The tier alone, for when very many answers are gone through."""
    return str(_first(answers, ai_act, rule_set)["tier"])


def _first(answers: Mapping[Area, Level], ai_act: AiActClass, rule_set: Mapping[str, Any]) -> Mapping[str, Any]:
    for rule in rule_set["rules"]:
        if holds(rule["when"], answers, ai_act):
            found: Mapping[str, Any] = rule
            return found
    raise ValueError("No rule holds: a rule set must give every answer a tier.")


def _above_low(answers: Mapping[Area, Level], ai_act: AiActClass) -> list[Cause]:
    areas = [Cause(area, answers[area]) for area in Area if answers[area] is not Level.LOW]
    return [*areas, Cause(None, ai_act)]


def _sufficient(
    answers: Mapping[Area, Level], ai_act: AiActClass, condition: Mapping[str, Any]
) -> Iterator[tuple[Cause, ...]]:
    """Every set of answers on which the condition holds and which loses it with any one of them, smallest first.

    At most 2 to the power of 8 sets are tried: seven areas and the class.
    """
    found: list[set[Cause]] = []
    candidates = _above_low(answers, ai_act)
    for size in range(len(candidates) + 1):
        for chosen in combinations(candidates, size):
            if any(smaller <= set(chosen) for smaller in found):
                continue
            levels = {cause.area: answers[cause.area] for cause in chosen if cause.area is not None}
            if holds(condition, levels, ai_act if chosen and chosen[-1].area is None else None):
                found.append(set(chosen))
                yield chosen


def _in_any(cause: Cause, sets: list[tuple[Cause, ...]]) -> bool:
    return any(cause in chosen for chosen in sets)


def _changes(
    answers: Mapping[Area, Level], ai_act: AiActClass, rule_set: Mapping[str, Any], tier: str
) -> Iterator[Change]:
    for area in Area:
        for level in Level:
            moved = _first({**answers, area: level}, ai_act, rule_set)["tier"]
            if moved != tier:
                yield Change(area, level, moved)
    for other in AiActClass:
        if other is AiActClass.NOT_ASSESSED:
            continue  # taking an answer back is not another answer
        moved = _first(answers, other, rule_set)["tier"]
        if moved != tier:
            yield Change(None, other, moved)
