"""A finding about the EU AI Act in words: class, provision that decided, duties that follow, days still to come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass, Ground
from registry.ai_act_questions import BY_KEY, POINTS, Point

ANNEX = "III "
"""How points of Annex III begin, so that they are told from paragraphs of articles."""


@dataclass(frozen=True)
class Cited:
    """A provision with what it says, in our words."""

    provision: str
    text: str


@dataclass(frozen=True)
class Reading:
    ai_act: str
    symbol: str
    ground: str
    points: tuple[Cited, ...]
    duties: tuple[str, ...]
    not_yet: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """One question with its answer; `points` empty stands for `none`."""

    key: str
    label: str
    text: str
    provision: str
    points: tuple[Cited, ...]
    none: str
    reason: str


def read(symbol: str, finding: Mapping[str, Any]) -> Reading:
    """`finding` as an assessment keeps it where its class follows from answers."""
    return Reading(
        ai_act=AiActClass(symbol).label,
        symbol=symbol,
        ground=Ground(finding["ground"]).label,
        points=tuple(cited(key) for key in finding["points"]),
        duties=tuple(_duties(symbol, finding)),
        not_yet=tuple(_not_yet(key) for key in finding["not_yet"]),
    )


def answered(answers: Mapping[str, Mapping[str, Any]]) -> list[Answered]:
    """The answers given, in the order of the Act."""
    return [_answered(key, answers[key]) for key in BY_KEY if key in answers]


def cited(key: str) -> Cited:
    point = POINTS.get(key)
    return Cited(citation(key), str(point.text) if point else "")


def citation(key: str) -> str:
    """The provision as lawyers write it: “Annex III, point 4(a)”, “Article 50(1)”."""
    if key.startswith(ANNEX):
        return _("Annex III, point %(point)s") % {"point": key.removeprefix(ANNEX)}
    return _("Article %(provision)s") % {"provision": key.removesuffix(" profiling")}


def since(point: Point, on: date) -> str:
    """What the day of application of a practice means on a day: nothing to say once it applies."""
    if point.applies_from is None or point.applies_from <= on:
        return ""
    day = date_format(point.applies_from, "j M Y")
    return _("Not yet prohibited by the Act; it will be from %(day)s.") % {"day": day}


def _answered(key: str, answer: Mapping[str, Any]) -> Answered:
    question = BY_KEY[key]
    return Answered(
        key=key,
        label=question.key.label,
        text=str(question.text),
        provision=question.provision,
        points=tuple(cited(point) for point in answer["points"]),
        none=str(question.none),
        reason=str(answer.get("reason", "")),
    )


def _duties(symbol: str, finding: Mapping[str, Any]) -> Iterator[str]:
    if symbol == AiActClass.PROHIBITED:
        yield _("Stop using it. Article 5 leaves no way to comply.")
    if finding["applies_from"]:
        day = date_format(date.fromisoformat(finding["applies_from"]), "j M Y")
        yield _("The duties of a high-risk system apply from %(day)s.") % {"day": day}
    if finding["is_exempt"]:
        yield _("Article 6(4): keep the assessment in writing and show it to the authority when asked.")
        yield _("Article 49(2): register the system in the EU database.")
    if symbol == AiActClass.LIMITED:
        yield _("Article 50: tell people, and mark what is generated.")


def _not_yet(key: str) -> str:
    applies_from = POINTS[key].applies_from if key in POINTS else None
    day = date_format(applies_from, "j M Y") if applies_from else ""
    return _("%(provision)s: not yet prohibited by the Act, will be from %(day)s.") % {
        "provision": citation(key),
        "day": day,
    }
