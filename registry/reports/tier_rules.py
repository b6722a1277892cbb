"""The tier rules in words, and what differs between two versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.ai_act import AiActClass
from registry.risk_areas import Area, Level
from registry.tiering_coverage import never_decides


@dataclass(frozen=True)
class Rule:
    number: int
    tier: str
    name: str
    when: str
    never: bool
    """It can never decide: rules before it catch all that it would."""


@dataclass(frozen=True)
class Difference:
    """A rule that was added, removed, moved or changed, by its name; empty text on the side where it is missing."""

    name: str
    old: str
    new: str


def rules_of(definition: Mapping[str, Any]) -> list[Rule]:
    """A definition that `validate` finds nothing wrong with."""
    never = set(never_decides(definition["rules"]))
    return [
        Rule(number, rule["tier"], rule["name"], words(rule["when"]), number in never)
        for number, rule in enumerate(definition["rules"], start=1)
    ]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    return list(_differences(rules_of(old), rules_of(new)))


def words(condition: Mapping[str, Any]) -> str:
    """A condition as a clause after “when”."""
    ((kind, body),) = condition.items()
    if kind in {"all", "any"}:
        return _joined(kind, [_within(part) for part in body])
    if kind == "at_least":
        return _reaches([body["area"]], body["level"], 1)
    if kind == "count":
        return _reaches(body.get("of", list(Area)), body["level"], int(body["at_least"]))
    if kind == "class_is":
        labels = [AiActClass(name).label for name in body]
        return _("the EU AI Act class is %(classes)s") % {"classes": _listed(labels)}
    return _("no rule before it holds")


def _within(part: Mapping[str, Any]) -> str:
    """In brackets where it is several conditions itself."""
    ((kind, body),) = part.items()
    return f"({words(part)})" if kind in {"all", "any"} and len(body) > 1 else words(part)


def _joined(kind: str, parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    word = _(" and ") if kind == "all" else _(" or ")
    return word.join(parts)


def _reaches(areas: Sequence[str], symbol: str, number: int) -> str:
    level = Level(symbol)
    shown = level.label.lower() if level is Level.HIGH else _("%(level)s or high") % {"level": level.label.lower()}
    labels = [Area(area).label for area in areas]
    if len(labels) == 1:
        return _("%(area)s is %(level)s") % {"area": labels[0], "level": shown}
    given = {"n": number, "level": shown, "areas": ", ".join(labels)}
    if len(labels) == len(Area):
        return ngettext("at least %(n)d area is %(level)s", "at least %(n)d areas are %(level)s", number) % given
    some = ngettext("at least %(n)d of %(areas)s is %(level)s", "at least %(n)d of %(areas)s are %(level)s", number)
    return some % given


def _listed(labels: Sequence[str]) -> str:
    return _(" or ").join(labels)


def _differences(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Difference]:
    before = {rule.name: rule for rule in old}
    after = {rule.name: rule for rule in new}
    kept = [name for name in before if name in after]
    moved = kept != [name for name in after if name in before]
    for name in [*after, *(name for name in before if name not in after)]:
        one, other = _line(before.get(name), moved), _line(after.get(name), moved)
        if one != other:
            yield Difference(name, one, other)


def _line(rule: Rule | None, with_number: bool) -> str:
    """Tier and condition; with its place only where the order changed, so that an insertion is one difference."""
    if rule is None:
        return ""
    line = _("%(tier)s when %(condition)s") % {"tier": rule.tier, "condition": rule.when}
    return f"{rule.number}. {line}" if with_number else line
