"""The class under the EU AI Act as an assessment takes it: from answers in the order of the Act, or given as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from registry.ai_act import AiActClass, AiActFinding, classify, well_formed
from registry.ai_act_questions import BY_KEY

REASONED_CLASSES = frozenset({AiActClass.PROHIBITED, AiActClass.HIGH_RISK, AiActClass.LIMITED})
Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class ActGiven:
    """What somebody sent: a class with a reason, or answers, or both, which must then agree."""

    ai_act: str
    reason: str
    answers: Answers | None


@dataclass(frozen=True)
class Act:
    """A class that can be relied on, with the answers and the finding behind it where there are any."""

    ai_act: AiActClass
    reason: str = ""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    finding: AiActFinding | None = None


@dataclass(frozen=True)
class ActRefused:
    """Name of the field → what is wrong with it."""

    problems: dict[str, str]

    @property
    def ai_act(self) -> AiActClass:
        return AiActClass.NOT_ASSESSED


def class_of(given: ActGiven, on: date) -> Act | ActRefused:
    """The class on that day. Answers to questions that were not to be asked are left out."""
    if given.answers is None:
        return _as_given(given)
    problems = well_formed(given.answers) or _without_reason(given.answers)
    if problems:
        return ActRefused({"ai_act_answers": " ".join(_named(key, text) for key, text in problems.items())})
    finding = classify(given.answers, on)
    if given.ai_act and given.ai_act != finding.ai_act:
        sentence = _("The answers lead to “%(found)s”. Leave the class out, or change the answers.")
        return ActRefused({"ai_act_class": sentence % {"found": finding.ai_act.label}})
    answers = {
        str(question): {
            "points": list(dict.fromkeys(given.answers[question]["points"])),
            "reason": str(given.answers[question].get("reason", "")).strip(),
        }
        for question in finding.asked
        if question in given.answers
    }
    return Act(finding.ai_act, given.reason.strip(), answers, finding)


def record_of(act: Act | ActRefused) -> dict[str, Any]:
    """The columns of an assessment; symbols only, so that they can be read in any language later."""
    found = act.finding if isinstance(act, Act) else None
    return {
        "ai_act_class": act.ai_act,
        "ai_act_reason": act.reason if isinstance(act, Act) else "",
        "ai_act_answers": act.answers if isinstance(act, Act) else {},
        "ai_act_finding": finding_record(found) if found else {},
    }


def finding_record(found: AiActFinding) -> dict[str, Any]:
    return {
        "ground": str(found.ground),
        "points": list(found.points),
        "is_exempt": found.is_exempt,
        "not_yet": list(found.not_yet),
        "applies_from": found.applies_from.isoformat() if found.applies_from else None,
    }


def _as_given(given: ActGiven) -> Act | ActRefused:
    if given.ai_act not in list(AiActClass):
        return ActRefused({"ai_act_class": _("Choose a class, or answer the questions.")})
    if given.ai_act in REASONED_CLASSES and not given.reason.strip():
        return ActRefused({"ai_act_reason": _("Say which provision applies and why.")})
    return Act(AiActClass(given.ai_act), given.reason.strip())


def _without_reason(answers: Answers) -> dict[str, str]:
    return {
        key: _("Say why these points hold.")
        for key, answer in answers.items()
        if answer["points"] and not str(answer.get("reason", "")).strip()
    }


def _named(key: str, text: str) -> str:
    return f"{BY_KEY[key].key.label}: {text}" if key in BY_KEY else text
