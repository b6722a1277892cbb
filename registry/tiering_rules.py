"""Tiering rules as data: the default rule set, how to check one, and how to evaluate a condition.

A rule set is JSON: `{"version": text, "rules": [{"tier", "name", "when"}, ...]}`, most serious tier first;
the first rule whose condition holds decides. A condition is one of

    {"always": true}
    {"all": [condition, ...]}      {"any": [condition, ...]}
    {"at_least": {"area": "AUTONOMY", "level": "HIGH"}}
    {"count": {"level": "HIGH", "of": ["AUTONOMY", ...], "at_least": 4}}      ("of" left out: all areas)
    {"class_is": ["HIGH_RISK"]}

There is no "not": every condition can only become truer when an answer becomes worse. With the tiers in order this
is why a worse answer can never earn a milder tier, whatever rules are written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.risk_areas import Area, Level
from registry.tiering_coverage import uncaught

MOST_RULES: Final = 40
LONGEST_NAME: Final = 200
DEEPEST: Final = 5
"""How far conditions may stand inside one another."""
TIERS: Final = ("T1", "T2", "T3", "T4")

DEFAULT_RULE_SET: Final[Mapping[str, Any]] = {
    "version": "1",
    "rules": [
        {
            "tier": "T1",
            "name": "Prohibited practice under the EU AI Act",
            "when": {"class_is": ["PROHIBITED"]},
        },
        {
            "tier": "T1",
            "name": "Acts alone or cannot be undone, where customers or the business would be hit hard",
            "when": {
                "all": [
                    {"count": {"level": "HIGH", "of": ["AUTONOMY", "REVERSIBILITY"], "at_least": 1}},
                    {"count": {"level": "HIGH", "of": ["CUSTOMER_EXPOSURE", "BUSINESS_IMPACT"], "at_least": 1}},
                ]
            },
        },
        {
            "tier": "T1",
            "name": "High-risk under the EU AI Act",
            "when": {"class_is": ["HIGH_RISK"]},
        },
        {
            "tier": "T1",
            "name": "Four areas are high",
            "when": {"count": {"level": "HIGH", "at_least": 4}},
        },
        {
            "tier": "T2",
            "name": "Exposure, data, autonomy, reversibility or impact is high",
            "when": {
                "any": [
                    {"at_least": {"area": "CUSTOMER_EXPOSURE", "level": "HIGH"}},
                    {"at_least": {"area": "DATA_SENSITIVITY", "level": "HIGH"}},
                    {"at_least": {"area": "AUTONOMY", "level": "HIGH"}},
                    {"at_least": {"area": "REVERSIBILITY", "level": "HIGH"}},
                    {"at_least": {"area": "BUSINESS_IMPACT", "level": "HIGH"}},
                ]
            },
        },
        {
            "tier": "T3",
            "name": "At least one area is elevated or high",
            "when": {"count": {"level": "ELEVATED", "at_least": 1}},
        },
        {"tier": "T4", "name": "Every area is low", "when": {"always": True}},
    ],
}


def holds(condition: Mapping[str, Any], levels: Mapping[Area, Level], ai_act: AiActClass | None) -> bool:
    """Whether a condition of a checked rule set is true. An area not in `levels` counts as LOW, no class as none."""
    ((kind, body),) = condition.items()
    if kind == "all":
        return all(holds(part, levels, ai_act) for part in body)
    if kind == "any":
        return any(holds(part, levels, ai_act) for part in body)
    if kind == "at_least":
        return levels.get(Area(body["area"]), Level.LOW).reaches(Level(body["level"]))
    if kind == "count":
        wanted = Level(body["level"])
        areas = [Area(area) for area in body.get("of", Area)]
        return sum(levels.get(area, Level.LOW).reaches(wanted) for area in areas) >= int(body["at_least"])
    if kind == "class_is":
        return ai_act in {AiActClass(name) for name in body}
    return kind == "always"


def validate(rule_set: object) -> list[str]:
    """Everything wrong with a rule set, in words; an empty list means `decide` can use it on any answers."""
    if not isinstance(rule_set, Mapping):
        return [_("A rule set must be an object.")]
    problems = []
    if not isinstance(rule_set.get("version"), str) or not rule_set["version"].strip():
        problems.append(_("The rule set needs a version."))
    rules = rule_set.get("rules")
    if not isinstance(rules, list) or not rules:
        return [*problems, _("The rule set needs a list of rules.")]
    if len(rules) > MOST_RULES:
        return [*problems, _("At most %(most)d rules; this set has %(n)d.") % {"most": MOST_RULES, "n": len(rules)}]
    for number, rule in enumerate(rules, start=1):
        is_last = number == len(rules)
        problems += [_("Rule %(number)d: %(problem)s") % {"number": number, "problem": p} for p in _rule(rule, is_last)]
    problems += _order(rules)
    return problems or list(_gaps(rules))


def _gaps(rules: list[Any]) -> Iterator[str]:
    """Every possible answer needs a tier; the sentence gives answers that have none."""
    example = uncaught(rules)
    if example is not None:
        above = [f"{area.label} {level.label}" for area, level in example.levels.items() if level is not Level.LOW]
        yield _("No rule gives a tier for these answers: %(areas)s, EU AI Act: %(ai_act)s.") % {
            "areas": ", ".join(above) or _("every area low"),
            "ai_act": example.ai_act.label,
        }


def _rule(rule: object, is_last: bool) -> Iterator[str]:
    if not isinstance(rule, Mapping):
        yield _("must be an object.")
        return
    if rule.get("tier") not in TIERS:
        yield _("the tier must be one of %(tiers)s.") % {"tiers": ", ".join(TIERS)}
    if strange := sorted(str(key)[:40] for key in set(rule) - {"tier", "name", "when"}):
        yield _("“%(key)s” means nothing here; a rule has a tier, a name and a condition.") % {"key": strange[0]}
    if not _is_name(rule.get("name")):
        yield _("needs a name that says what it is about, in at most %(most)d characters.") % {"most": LONGEST_NAME}
    when = rule.get("when")
    if not is_last and when == {"always": True}:
        yield _("holds always, so the rules after it could never decide.")
    yield from _condition(when)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip()) and name.isprintable() and len(name) <= LONGEST_NAME


def _order(rules: list[Any]) -> Iterator[str]:
    known = [rule for rule in rules if isinstance(rule, Mapping)]
    tiers = [str(rule.get("tier")) for rule in known]
    names = [str(rule.get("name")) for rule in known]
    if tiers != sorted(tiers):
        yield _("Rules must go from the most serious tier to the mildest.")
    if len(set(names)) != len(names):
        yield _("Two rules have the same name.")


def _condition(condition: object, depth: int = 1) -> Iterator[str]:
    if depth > DEEPEST:
        yield _("conditions stand inside one another too deeply.")
        return
    if not isinstance(condition, Mapping) or len(condition) != 1:
        yield _("a condition must be an object with exactly one key.")
        return
    ((kind, body),) = condition.items()
    if kind in {"all", "any"}:
        yield from _combined(kind, body, depth)
    elif kind == "always":
        if body is not True:
            yield _("“always” can only be true.")
    elif kind in _LEAVES:
        yield from _LEAVES[kind](body)
    else:
        yield _("“%(kind)s” is not a kind of condition.") % {"kind": kind}


def _combined(kind: object, body: object, depth: int) -> Iterator[str]:
    if not isinstance(body, list) or not body:
        yield _("“%(kind)s” needs a list of conditions.") % {"kind": kind}
        return
    for part in body:
        yield from _condition(part, depth + 1)


def _at_least(body: object) -> Iterator[str]:
    if not isinstance(body, Mapping) or set(body) != {"area", "level"}:
        yield _("“at_least” needs an area and a level.")
        return
    yield from _areas([body["area"]])
    yield from _level(body["level"])


def _count(body: object) -> Iterator[str]:
    if not isinstance(body, Mapping) or set(body) - {"of"} != {"level", "at_least"}:
        yield _("“count” needs a level and a number, and may name areas.")
        return
    areas = body.get("of", list(Area))
    yield from _level(body["level"])
    yield from _areas(areas)
    number = body["at_least"]
    most = len(areas) if isinstance(areas, list) else 0
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        yield _("the number counted must be between 1 and %(most)d.") % {"most": most}


def _class_is(body: object) -> Iterator[str]:
    if not isinstance(body, list) or not body:
        yield _("“class_is” needs a list of classes.")
        return
    for name in body:
        if name not in list(AiActClass):
            yield _("“%(name)s” is not a class of the EU AI Act.") % {"name": name}


def _areas(areas: object) -> Iterator[str]:
    if not isinstance(areas, list) or not areas:
        yield _("areas must be given as a list.")
        return
    for name in areas:
        if name not in list(Area):
            yield _("“%(name)s” is not an area.") % {"name": name}
    if len({str(name) for name in areas}) != len(areas):
        yield _("an area is named twice.")


def _level(level: object) -> Iterator[str]:
    if level not in (Level.ELEVATED, Level.HIGH):
        yield _("the level must be ELEVATED or HIGH; every answer reaches LOW.")


_LEAVES = {"at_least": _at_least, "count": _count, "class_is": _class_is}
