"""The class of a workflow under the EU AI Act, Regulation (EU) 2024/1689.

The questions (`ai_act_questions`) are asked in the Act's own order, and the first that settles the matter decides;
those after it are not asked. Answers are `{question: {"points": [provisions ticked], "reason": text}}`.
This is a working classification for the register, not legal advice; risk staff confirm it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.ai_act_questions import BY_KEY, POINTS, QuestionKey
from registry.labelled import Labelled

Answers = Mapping[str, Mapping[str, Any]]


class AiActClass(Labelled):
    """Not a scale: `NOT_ASSESSED` says that nobody has answered, not that the class is low."""

    PROHIBITED = "PROHIBITED", _("Prohibited practice")
    HIGH_RISK = "HIGH_RISK", _("High-risk")
    LIMITED = "LIMITED", _("Limited risk")
    MINIMAL = "MINIMAL", _("Minimal risk")
    NOT_ASSESSED = "NOT_ASSESSED", _("Not assessed")


class Ground(Labelled):
    """Why the class is what it is."""

    PRACTICE = "PRACTICE", _("Article 5: a prohibited practice. It may not be used.")
    PRODUCT = "PRODUCT", _("Article 6(1): part of a product listed in Annex I.")
    LISTED = "LISTED", _("Article 6(2): used in an area listed in Annex III.")
    PROFILING = "PROFILING", _("Article 6(3): it profiles people, so the exemption cannot be used.")
    TRANSPARENCY = "TRANSPARENCY", _("Article 50: people must be told.")
    NOTHING = "NOTHING", _("No provision asked about applies.")
    OPEN = "OPEN", _("Not every question asked has an answer yet.")


@dataclass(frozen=True)
class AiActFinding:
    """`points` are the provisions that decided; `asked` the questions that had to be asked, the open one last.

    `is_exempt`: the exemption of Article 6(3) is relied on, so the assessment must be kept in writing (Article 6(4))
    and the system registered (Article 49(2)). `not_yet`: practices that are prohibited only from a later day.
    `applies_from`: the day from which the duties of a high-risk class hold, where it had not come by then.
    """

    ai_act: AiActClass
    ground: Ground
    asked: tuple[QuestionKey, ...]
    points: tuple[str, ...] = ()
    is_exempt: bool = False
    not_yet: tuple[str, ...] = ()
    applies_from: date | None = None

    @property
    def is_open(self) -> bool:
        return self.ground is Ground.OPEN


Settled = tuple[AiActClass, Ground]
_PATH: Mapping[QuestionKey, tuple[QuestionKey | Settled, QuestionKey | Settled]] = {
    QuestionKey.PROHIBITED: ((AiActClass.PROHIBITED, Ground.PRACTICE), QuestionKey.PRODUCT),
    QuestionKey.PRODUCT: ((AiActClass.HIGH_RISK, Ground.PRODUCT), QuestionKey.LISTED),
    QuestionKey.LISTED: (QuestionKey.EXEMPTION, QuestionKey.TRANSPARENCY),
    QuestionKey.EXEMPTION: (QuestionKey.PROFILING, (AiActClass.HIGH_RISK, Ground.LISTED)),
    QuestionKey.PROFILING: ((AiActClass.HIGH_RISK, Ground.PROFILING), QuestionKey.TRANSPARENCY),
    QuestionKey.TRANSPARENCY: ((AiActClass.LIMITED, Ground.TRANSPARENCY), (AiActClass.MINIMAL, Ground.NOTHING)),
}
"""Question → where it leads when a point of it holds, and where when none does."""
_DECIDING: Mapping[Ground, tuple[QuestionKey, ...]] = {
    Ground.PRACTICE: (QuestionKey.PROHIBITED,),
    Ground.PRODUCT: (QuestionKey.PRODUCT,),
    Ground.LISTED: (QuestionKey.LISTED,),
    Ground.PROFILING: (QuestionKey.LISTED, QuestionKey.PROFILING),
    Ground.TRANSPARENCY: (QuestionKey.TRANSPARENCY,),
}


def classify(answers: Answers, on: date) -> AiActFinding:
    """The class these answers lead to on that day, with the provisions that decided."""
    asked: list[QuestionKey] = []
    holding: dict[QuestionKey, tuple[str, ...]] = {}
    place: QuestionKey | Settled = QuestionKey.PROHIBITED
    while isinstance(place, QuestionKey):
        asked.append(place)
        answer = answers.get(place)
        if answer is None:
            place = (AiActClass.NOT_ASSESSED, Ground.OPEN)
            break
        holding[place] = tuple(point for point in answer["points"] if _holds(place, point, on))
        if_any, if_none = _PATH[place]
        place = if_any if holding[place] else if_none
    ai_act, ground = place
    points = tuple(point for question in _DECIDING.get(ground, ()) for point in holding[question])
    practices = answers.get(QuestionKey.PROHIBITED, {}).get("points", ())
    return AiActFinding(
        ai_act=ai_act,
        ground=ground,
        asked=tuple(asked),
        points=points,
        is_exempt=holding.get(QuestionKey.PROFILING) == () and ground is not Ground.OPEN,
        not_yet=tuple(point for point in practices if not _holds(QuestionKey.PROHIBITED, point, on)),
        applies_from=_later(points, on) if ai_act is AiActClass.HIGH_RISK else None,
    )


def well_formed(answers: object) -> dict[str, str]:
    """Question → what is wrong with its answer; the empty string is the key for what is no set of answers at all."""
    if not isinstance(answers, Mapping):
        return {"": str(_("Give the answers by question."))}
    return {str(key): problem for key, answer in answers.items() if (problem := _problem(key, answer))}


def _problem(key: object, answer: object) -> str:
    question = BY_KEY.get(key) if isinstance(key, str) else None
    if question is None:
        return str(_("This is not one of the questions."))
    if not isinstance(answer, Mapping) or not isinstance(answer.get("points"), list):
        return str(_("Give the points that hold as a list; an empty list says that none does."))
    unknown = [str(point)[:40] for point in answer["points"] if point not in list(question.by_key)]
    if unknown:
        return str(_("“%(point)s” is not a point of this question.")) % {"point": unknown[0]}
    return "" if isinstance(answer.get("reason", ""), str) else str(_("A reason is text."))


def _holds(question: QuestionKey, point: str, on: date) -> bool:
    """A practice is prohibited only from its day of application on; every other point holds when it is ticked."""
    from_ = POINTS[point].applies_from
    return question is not QuestionKey.PROHIBITED or from_ is None or from_ <= on


def _later(points: tuple[str, ...], on: date) -> date | None:
    """The first day on which one of these points begins to apply, if none does by then."""
    days = [POINTS[point].applies_from or on for point in points if point in POINTS and POINTS[point].applies_from]
    return min(days) if days and min(days) > on else None
