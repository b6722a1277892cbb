"""Answers that do not fit together, or not what is known of the workflow. Pointed out, never refused: a person may
have seen what the register does not know.

What people wrote is looked through for a few plain phrases; it is a hint to look again and nothing more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.ai_act_questions import QuestionKey
from registry.blast_radius import Reach, Reversibility, Validation, weight
from registry.risk_areas import Area, Level

ACTS_ALONE: Final = re.compile(
    r"\b(acts? (alone|by itself|on its own|autonomously)|without (a person|human)|no (human|person) in between|"
    r"automatically (sends|pays|deletes|approves|declines|books))",
    re.IGNORECASE,
)
NOT_UNDONE: Final = re.compile(
    r"\b(cannot|can ?not|can['’]t|never) be (undone|reversed|taken back|recalled)|\birreversib", re.IGNORECASE
)
NOTHING_FOLLOWS: Final = re.compile(
    r"\b(nothing|no (system|process|action|tool)s?) (acts?|happens|follows|runs|is set off)\b[^.;]*"
    r"\b(downstream|on it|from it|by itself|after(wards)?)\b|\b(nothing|no actions?) downstream\b",
    re.IGNORECASE,
)
DENIED: Final = re.compile(r"\b(nothing|never|not|no)\b[^.;]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Act:
    """A downstream action in use, by the symbols of `blast_radius`."""

    name: str
    reversibility: str
    validation: str
    reach: str


@dataclass(frozen=True)
class Known:
    """What the register says of the workflow. `statements` are texts about what it does downstream."""

    statements: tuple[str, ...] = ()
    reaches_public: bool = False
    uses_personal_data: bool = False
    touches_rights_or_safety: bool = False
    has_tools: bool = False
    actions: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Contradiction:
    """`step` is where it can be put right: an area, or a question about the EU AI Act."""

    step: str
    sentence: str


def contradictions(
    levels: Mapping[Area, Level],
    reasons: Mapping[Area, str],
    act: Mapping[str, Mapping[str, Any]],
    ai_act: AiActClass,
    known: Known,
) -> list[Contradiction]:
    """Everything that does not fit, in the order of the areas, then the EU AI Act. Unanswered areas fit everything."""
    texts = (*known.statements, *reasons.values())
    low = {area for area, level in levels.items() if level is Level.LOW}
    points = {key: tuple(answer.get("points", ())) for key, answer in act.items()}
    found = [
        *_areas(low, texts, points, known),
        *_downstream(levels, known.actions),
        *_nothing_follows(reasons, known.actions),
    ]
    places = list(Area)
    return [*sorted(found, key=lambda one: places.index(Area(one.step))), *_classes(levels, points, ai_act)]


def _areas(
    low: set[Area], texts: tuple[str, ...], points: Mapping[str, tuple[str, ...]], known: Known
) -> Iterator[Contradiction]:
    meets_people = "50(1)" in points.get(QuestionKey.TRANSPARENCY, ())
    alone, final = _said(ACTS_ALONE, texts), _said(NOT_UNDONE, texts)
    for area, holds, sentence in (
        (Area.CUSTOMER_EXPOSURE, known.reaches_public, _("The record says that it reaches the public.")),
        (Area.CUSTOMER_EXPOSURE, meets_people, _("The EU AI Act answers say that people talk or write to it.")),
        (Area.DATA_SENSITIVITY, known.uses_personal_data, _("The record says that it uses personal data.")),
        (Area.AUTONOMY, alone, _("Elsewhere it is said to act alone: “%(text)s”.") % {"text": alone}),
        (
            Area.AUTONOMY,
            known.has_tools,
            _("It has tools or permissions of its own."),
        ),
        (Area.REVERSIBILITY, final, _("Elsewhere something is said to be final: “%(text)s”.") % {"text": final}),
        (
            Area.BUSINESS_IMPACT,
            known.touches_rights_or_safety,
            _("The record names people's rights or safety."),
        ),
    ):
        if holds and area in low:
            yield Contradiction(area, _("%(area)s is low. %(sentence)s") % {"area": area.label, "sentence": sentence})


def _downstream(levels: Mapping[Area, Level], actions: tuple[Act, ...]) -> Iterator[Contradiction]:
    """Answers milder than what is registered downstream; of several actions the worst is named."""
    by_weight = sorted(actions, key=weight, reverse=True)
    for area, implied, sentence in (
        (
            Area.CUSTOMER_EXPOSURE,
            _exposes,
            _("“%(name)s” is registered downstream and reaches people outside."),
        ),
        (Area.AUTONOMY, _acts, _("“%(name)s” is registered downstream as something that the workflow sets off.")),
        (Area.REVERSIBILITY, _lasts, _("“%(name)s” is registered downstream as undone at a cost, or not at all.")),
    ):
        answered = levels.get(area)
        worst = max(by_weight, key=lambda action: implied(action).rank, default=None)
        if answered is not None and worst is not None and not answered.reaches(implied(worst)):
            words = {"area": area.label, "level": answered.label.lower(), "sentence": sentence % {"name": worst.name}}
            yield Contradiction(area, _("%(area)s is %(level)s. %(sentence)s") % words)


def _exposes(action: Act) -> Level:
    if action.reach == Reach.INTERNAL:
        return Level.LOW
    is_direct = action.reach == Reach.MANY_OR_PUBLIC and action.validation != Validation.PERSON
    return Level.HIGH if is_direct else Level.ELEVATED


def _acts(action: Act) -> Level:
    return Level.ELEVATED if action.validation == Validation.PERSON else Level.HIGH


def _lasts(action: Act) -> Level:
    return list(Level)[Reversibility(action.reversibility).rank]


def _nothing_follows(reasons: Mapping[Area, str], actions: tuple[Act, ...]) -> Iterator[Contradiction]:
    """Wherever it is written that nothing acts downstream, and something is registered that does."""
    for area, text in reasons.items():
        said = _said(NOTHING_FOLLOWS, (text,))
        if said and actions:
            words = {"area": area.label, "text": said, "name": max(actions, key=weight).name}
            sentence = _("%(area)s: “%(text)s”. Yet “%(name)s” is registered downstream.")
            yield Contradiction(area, sentence % words)


def _classes(
    levels: Mapping[Area, Level], points: Mapping[str, tuple[str, ...]], ai_act: AiActClass
) -> Iterator[Contradiction]:
    listed, duties = points.get(QuestionKey.LISTED, ()), points.get(QuestionKey.TRANSPARENCY)
    if listed and ai_act is AiActClass.MINIMAL:
        yield Contradiction(
            QuestionKey.EXEMPTION,
            _("The class is minimal although a use of Annex III is marked. Only Article 6(3) can exempt it."),
        )
    if duties == () and levels.get(Area.CUSTOMER_EXPOSURE) is Level.HIGH:
        yield Contradiction(
            QuestionKey.TRANSPARENCY,
            _("Customers get its answers directly, yet no duty of Article 50 is marked. Do they know that it is AI?"),
        )


def _said(phrase: re.Pattern[str], texts: tuple[str, ...]) -> str:
    """The sentence in which it is said and not denied, shortened; empty when nobody says it."""
    for text in texts:
        for sentence in re.split(r"(?<=[.;!?])\s+|\n+", text):
            found = phrase.search(sentence)
            if found and not DENIED.search(sentence[: found.start()]):
                return sentence.strip()[:120]
    return ""
