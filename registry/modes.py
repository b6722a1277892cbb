"""What containment asks of a running workflow, and how several containments add up: the most restrictive of each wins.

Pure. An effect is written as the JSON object that a containment option carries and the workflow reads back. Adding an
effect never loosens anything, taking one away never tightens anything, and the order of two effects matters only where
both pin the same surface to different versions: then the later one counts, since versions have no order of harm.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Ordered

LONGEST_NAME: Final = 80
LONGEST_VERSION: Final = 100
MOST_NAMES: Final = 50
"""Names in one list of one effect. A longer list belongs into the configuration that a pin points to."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._:-]*")


class Mode(Ordered):
    """How a workflow may run, from unhindered to not at all. These words are the protocol's, hence in lower case."""

    NORMAL = "normal", gettext_lazy("Normal")
    DEGRADED = "degraded", gettext_lazy("Degraded")
    REVIEW = "review", gettext_lazy("Every result reviewed by a person")
    HUMAN = "human", gettext_lazy("People do the work")
    KILLED = "killed", gettext_lazy("Stopped")


MEANS: Final = {
    Mode.NORMAL: gettext_lazy("Run as built."),
    Mode.DEGRADED: gettext_lazy("Run on the simpler path: fixed texts, fewer functions, the fallback provider."),
    Mode.REVIEW: gettext_lazy("Work, but let nothing take effect before a person has released it."),
    Mode.HUMAN: gettext_lazy("Hand each case to a person. Propose nothing."),
    Mode.KILLED: gettext_lazy("Do nothing. Use no tool. Say that the service is not available."),
}
"""What the workflow is asked to do in each mode."""


class EffectProblem(ValueError):
    """What is wrong with an effect, in sentences by the name of the part."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in problems.items()))
        self.problems = problems


@dataclass(frozen=True)
class Effect:
    """What one containment sets, or several together. Empty parts ask for nothing.

    `scope` is what may still be worked on; None is everything, an empty set is nothing. `limits` are upper bounds.
    `pins` name the version that a surface must run at.
    """

    mode: Mode = Mode.NORMAL
    pins: Mapping[str, str] = field(default_factory=dict)
    disabled_tools: frozenset[str] = frozenset()
    blocked_sources: frozenset[str] = frozenset()
    scope: frozenset[str] | None = None
    limits: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_driven(self) -> bool:
        """Whether it asks the running workflow for anything at all."""
        return self != NOTHING

    def with_(self, later: "Effect") -> "Effect":
        """Both in force, `later` having come second."""
        return Effect(
            mode=max(self.mode, later.mode, key=lambda mode: mode.rank),
            pins={**self.pins, **later.pins},
            disabled_tools=self.disabled_tools | later.disabled_tools,
            blocked_sources=self.blocked_sources | later.blocked_sources,
            scope=_both(self.scope, later.scope),
            limits={
                name: min(effect.limits[name] for effect in (self, later) if name in effect.limits)
                for name in {*self.limits, *later.limits}
            },
        )

    def tightens(self, other: "Effect") -> bool:
        """Whether nothing that `other` forbids is allowed here. Pins count only by the surfaces they hold."""
        return (
            self.mode.reaches(other.mode)
            and set(self.pins) >= set(other.pins)
            and self.disabled_tools >= other.disabled_tools
            and self.blocked_sources >= other.blocked_sources
            and (other.scope is None or (self.scope is not None and self.scope <= other.scope))
            and all(name in self.limits and self.limits[name] <= most for name, most in other.limits.items())
        )

    def written(self) -> dict[str, Any]:
        """The JSON object; parts that ask for nothing are left out, lists are sorted."""
        parts: dict[str, Any] = {} if self.mode == Mode.NORMAL else {"mode": str(self.mode)}
        if self.pins:
            parts["pins"] = dict(sorted(self.pins.items()))
        for name in ("disabled_tools", "blocked_sources"):
            if found := getattr(self, name):
                parts[name] = sorted(found)
        if self.scope is not None:
            parts["scope"] = sorted(self.scope)
        if self.limits:
            parts["limits"] = dict(sorted(self.limits.items()))
        return parts

    @classmethod
    def read(cls, given: Any) -> Self:
        """The effect that a JSON object describes. Raises EffectProblem naming every part that is wrong."""
        if not isinstance(given, Mapping):
            raise EffectProblem({"effect": _("Give an object.")})
        problems = {str(name): _("There is no such part.") for name in given if name not in _READERS}
        parts: dict[str, Any] = {}
        for name, reader in _READERS.items():
            try:
                if name in given:
                    parts[name] = reader(given[name])
            except ValueError as wrong:
                problems[name] = str(wrong)
        if problems:
            raise EffectProblem(problems)
        return cls(**parts)


NOTHING: Final = Effect()


def combine(effects: Iterable[Effect]) -> Effect:
    """All of them in force, given in the order in which they were applied."""
    return reduce(Effect.with_, effects, NOTHING)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


def _mode(given: Any) -> Mode:
    if given not in list(Mode):
        raise ValueError(_("Choose one of: %(modes)s.") % {"modes": ", ".join(Mode)})
    return Mode(given)


def _names(given: Any) -> frozenset[str]:
    if not isinstance(given, list | tuple | set | frozenset) or len(given) > MOST_NAMES:
        raise ValueError(_("Give a list of at most %(most)s names.") % {"most": MOST_NAMES})
    return frozenset(_name(each) for each in given)


def _name(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_NAME or not _NAME.fullmatch(given):
        raise ValueError(
            _("“%(name)s” is no name here: small letters, digits, dot, colon, hyphen and underscore, at most %(most)s.")
            % {"name": str(given)[:LONGEST_NAME], "most": LONGEST_NAME}
        )
    return given


def _pins(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or len(given) > MOST_NAMES:
        raise ValueError(_("Give surface and version, at most %(most)s.") % {"most": MOST_NAMES})
    for version in given.values():
        if not isinstance(version, str) or not 0 < len(version.strip()) <= LONGEST_VERSION:
            raise ValueError(_("A version is a text of at most %(most)s letters.") % {"most": LONGEST_VERSION})
    return {_name(surface): version.strip() for surface, version in given.items()}


def _limits(given: Any) -> dict[str, float]:
    if not isinstance(given, Mapping) or len(given) > MOST_NAMES:
        raise ValueError(_("Give names and numbers, at most %(most)s.") % {"most": MOST_NAMES})
    for number in given.values():
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < 10**15:
            raise ValueError(_("A limit is a number."))
    return {_name(name): number for name, number in given.items()}


_READERS: Final = {
    "mode": _mode,
    "pins": _pins,
    "disabled_tools": _names,
    "blocked_sources": _names,
    "scope": _names,
    "limits": _limits,
}
