"""Which of all possible answers a rule of the tier rules catches, and which no rule does.

There are 3 to the power of 7 levels times 5 classes, 10,935 sets of answers. Each set is one bit of a long number, so
that a condition is a number too and “and” and “or” are one operation each: every set is looked at, none is sampled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from registry.ai_act import AiActClass
from registry.risk_areas import Area, Level

_AREAS: Final = list(Area)
_LEVELS: Final = list(Level)
_CLASSES: Final = list(AiActClass)
COUNT: Final[int] = len(_LEVELS) ** len(_AREAS) * len(_CLASSES)
ALL: Final[int] = (1 << COUNT) - 1


@dataclass(frozen=True)
class Answers:
    """One set of answers, such as one that nothing catches."""

    levels: Mapping[Area, Level]
    ai_act: AiActClass


def caught(condition: Mapping[str, Any]) -> int:
    """The sets of answers on which a well-formed condition holds."""
    ((kind, body),) = condition.items()
    if kind in {"all", "any"}:
        found = ALL if kind == "all" else 0
        for part in body:
            found = found & caught(part) if kind == "all" else found | caught(part)
        return found
    if kind == "at_least":
        return _reaching(Area(body["area"]), Level(body["level"]))
    if kind == "count":
        return _counting(body)
    if kind == "class_is":
        return _of_classes([AiActClass(name) for name in body])
    return ALL


def uncaught(rules: Sequence[Mapping[str, Any]]) -> Answers | None:
    """Answers for which no rule gives a tier, if there are any."""
    left = ALL
    for rule in rules:
        left &= ~caught(rule["when"])
    return _answers((left & -left).bit_length() - 1) if left else None


def never_decides(rules: Sequence[Mapping[str, Any]]) -> list[int]:
    """Numbers, from 1, of rules that can never decide: whatever they catch, a rule before them has caught."""
    return list(_never(rules))


def _never(rules: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    taken = 0
    for number, rule in enumerate(rules, start=1):
        own = caught(rule["when"])
        if not own & ~taken:
            yield number
        taken |= own


def _counting(body: Mapping[str, Any]) -> int:
    wanted = int(body["at_least"])
    reached = [ALL, *([0] * wanted)]  # reached[n]: at least n of the areas so far
    for area in body.get("of", _AREAS):
        one = _reaching(Area(area), Level(body["level"]))
        for n in range(wanted, 0, -1):
            reached[n] |= reached[n - 1] & one
    return reached[wanted]


@cache
def _reaching(area: Area, level: Level) -> int:
    """Bits repeat: runs of LOW, ELEVATED and HIGH, each as long as what changes faster than this area."""
    run: int = len(_CLASSES) * len(_LEVELS) ** _AREAS.index(area)
    period = run * len(_LEVELS)
    once = ((1 << (run * (len(_LEVELS) - level.rank))) - 1) << (run * level.rank)
    return once * sum(1 << start for start in range(0, COUNT, period))


def _of_classes(classes: Sequence[AiActClass]) -> int:
    once = sum({1 << _CLASSES.index(one) for one in classes})
    return once * sum(1 << start for start in range(0, COUNT, len(_CLASSES)))


def _answers(bit: int) -> Answers:
    rest, ai_act = divmod(bit, len(_CLASSES))
    levels = {}
    for area in _AREAS:
        rest, level = divmod(rest, len(_LEVELS))
        levels[area] = _LEVELS[level]
    return Answers(levels, _CLASSES[ai_act])
