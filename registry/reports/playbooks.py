"""A playbook as it is read: question by question with the answers and the facts beside them; and as plain data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from registry.models import Playbook, Workflow
from registry.playbook_questions import Question
from registry.reports.playbook_facts import Facts, Reading, facts_of


@dataclass(frozen=True)
class Answer:
    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Part:
    """One question. `answers` are empty texts where nobody has written any."""

    question: Question
    answers: tuple[Answer, ...]
    facts: tuple[Facts, ...] = ()

    @property
    def is_answered(self) -> bool:
        return all(answer.text for answer in self.answers)


def part_of(question: Question, playbook: Playbook | None, reading: Reading | None = None) -> Part:
    """`reading` left out: without facts."""
    answers = tuple(
        Answer(name, str(label), getattr(playbook, name) if playbook else "")
        for name, label in question.answers.items()
    )
    return Part(question, answers, tuple(facts_of(question, reading)) if reading else ())


def parts(playbook: Playbook | None, reading: Reading | None = None) -> list[Part]:
    return [part_of(question, playbook, reading) for question in Question]


def dossier(workflow: Workflow, at: datetime) -> dict[str, Any] | None:
    """What was written; the facts beside it stand in the other sections of the dossier."""
    found = Playbook.objects.select_related("owner", "reviewed_by").filter(workflow=workflow).first()
    if found is None:
        return None
    return {
        "version": found.version,
        "owner": found.owner.name,
        "written_at": found.written_at,
        "reviewed_at": found.reviewed_at,
        "reviewed_by": found.reviewed_by.name if found.reviewed_by else None,
        "is_review_due": found.is_review_due(timezone.localdate(at)),
        "questions": [
            {
                "number": part.question.number,
                "title": part.question.label,
                "asks": part.question.asks,
                "answers": [{"label": answer.label, "text": answer.text or None} for answer in part.answers],
            }
            for part in parts(found)
        ],
    }
