"""The seven design questions of a playbook, in the order in which an incident asks them.

Source: the governed-support paper's checklist for designing an incident playbook. It is read on a telephone at night,
one question a screen; so an answer has a limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST_ANSWER: Final = 1500
"""Characters: about what one screen holds beside the facts."""
REVIEW_LASTS: Final = timedelta(days=365)
"""A playbook that nobody has looked through for so long is due for a review."""


class Question(Labelled):
    """The value is what stands in addresses, in capitals."""

    INCIDENT = "INCIDENT", _("What counts as an incident")
    CONTAINMENT = "CONTAINMENT", _("Containment choices")
    OUTPUTS = "OUTPUTS", _("Review of outputs")
    ESCALATION = "ESCALATION", _("Escalation")
    COMMUNICATION = "COMMUNICATION", _("Communication")
    EVIDENCE = "EVIDENCE", _("Evidence")
    LEARNING = "LEARNING", _("Return and learning")

    @property
    def number(self) -> int:
        return list(Question).index(self) + 1

    @property
    def slug(self) -> str:
        return self.value.lower()

    @property
    def asks(self) -> str:
        """The question itself."""
        return str(ASKED[self].asks)

    @property
    def answers(self) -> "Mapping[str, StrPromise]":
        """Field of the playbook → what it holds."""
        return ASKED[self].answers


@dataclass(frozen=True)
class Asked:
    asks: "StrPromise"
    answers: "Mapping[str, StrPromise]"


ASKED: Final[Mapping[Question, Asked]] = {
    Question.INCIDENT: Asked(
        _("Which outputs, control failures or behaviours qualify, and from when on is it one?"),
        {"what_counts": _("What counts, and what does not")},
    ),
    Question.CONTAINMENT: Asked(
        _("What can be narrowed, paused, rolled back or rerouted before it is shut down?"),
        {"containment": _("Which option first, and when the next")},
    ),
    Question.OUTPUTS: Asked(
        _("How is it found out which outputs were touched, and who looks at them again?"),
        {"output_review": _("How affected outputs are found and reviewed")},
    ),
    Question.ESCALATION: Asked(
        _("Who is told first, who must be involved, and who decides?"),
        {"escalation": _("Whom to call for this workflow")},
    ),
    Question.COMMUNICATION: Asked(
        _("What stays inside, who outside is told, and who approves the words?"),
        {"communication": _("Who is told what about this workflow")},
    ),
    Question.EVIDENCE: Asked(
        _("What must be kept before anything is changed, and where is it found?"),
        {"evidence": _("Where the evidence of this workflow is")},
    ),
    Question.LEARNING: Asked(
        _("When may it run normally again, and what changes afterwards?"),
        {"return_to_normal": _("Back to normal when"), "learning": _("What changes after the review")},
    ),
}

FIELDS: Final[tuple[str, ...]] = tuple(name for asked in ASKED.values() for name in asked.answers)
"""All answers, in order."""

MINIMUM_EVIDENCE: Final = (
    _("Identifiers, severity, owner and times of the incident"),
    _("Requests, prompts with their version, retrieved context, raw results"),
    _("Versions of every surface, policies and limits in effect"),
    _("Tool calls, approvals and interventions, with who and when"),
    _("What followed downstream, and which people or records were touched"),
    _("Containment carried out, and what showed that it worked"),
)
"""What every workflow owes, whatever else its playbook names."""

NORMAL_AGAIN: Final = (
    _("The cause is removed or held off, and validated with evidence"),
    _("Its signals are back at their baseline over the watching window"),
    _("Affected outputs are found and corrected, or listed with an owner"),
    _("A named person has approved the return"),
)
"""Without these nothing goes back to normal, whatever else the playbook asks for."""


def question_of(slug: str) -> Question | None:
    return next((question for question in Question if question.slug == slug), None)


def neighbours(question: Question) -> tuple[Question | None, Question | None]:
    """The question before and the one after."""
    every = list(Question)
    place = every.index(question)
    return (every[place - 1] if place else None), (every[place + 1] if place + 1 < len(every) else None)


def too_long(answers: Mapping[str, str]) -> list[str]:
    """Fields whose answer does not fit."""
    return [name for name, text in answers.items() if len(text) > LONGEST_ANSWER]


def review_due(reviewed_at: datetime | None, today: date) -> bool:
    """Never looked through, or too long ago."""
    return reviewed_at is None or today - reviewed_at.date() > REVIEW_LASTS
