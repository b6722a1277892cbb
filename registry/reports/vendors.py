"""A vendor in words: how each question stands, side by side with what shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from registry.models import Vendor, VendorAnswer
from registry.vendor_proofs import OWED, SETTLED, ProofState, Said
from registry.vendor_questions import CONCERNS, QUESTIONS, Question, Side

KNOWN: Mapping[str, Question] = {question.key: question for question in QUESTIONS}


@dataclass(frozen=True)
class Asked:
    """One question and what is said about it; `row` is nothing as long as nothing is."""

    question: Question
    row: VendorAnswer | None
    on: date

    @property
    def told(self) -> VendorAnswer:
        """What is said; an empty answer, not stored, as long as nothing is."""
        return self.row or VendorAnswer(question=self.question.key, version=0)

    @property
    def said(self) -> Said:
        return self.told.said

    @property
    def state(self) -> ProofState:
        return self.said.state(self.on)

    @property
    def is_owed(self) -> bool:
        return self.state in OWED

    @property
    def ends_soon(self) -> bool:
        return self.said.ends_soon(self.on)


@dataclass(frozen=True)
class Proofs:
    """All that is asked of one vendor, side by side."""

    all: tuple[Asked, ...]

    @cached_property
    def sides(self) -> list[tuple[Side, str, list[Asked]]]:
        """Each with what it is about in one line."""
        return [(side, str(CONCERNS[side]), [each for each in self.all if each.question.side is side]) for side in Side]

    def number(self, *states: ProofState) -> int:
        return sum(each.state in states for each in self.all)

    @property
    def settled(self) -> int:
        return self.number(*SETTLED)

    @property
    def open(self) -> int:
        """Without an answer, or without one that is sufficient."""
        return self.number(*OWED)

    @property
    def to_judge(self) -> int:
        return self.number(ProofState.ANSWERED)

    @property
    def expired(self) -> int:
        return self.number(ProofState.EXPIRED)

    def of(self, key: str) -> Asked | None:
        return next((each for each in self.all if each.question.key == key), None)


def declare() -> None:
    """For the chains of the audit page."""
    belonging.declare("registry.vendor", _parts)


def _parts(number: str) -> Iterator[tuple[str, Rows]]:
    yield VendorAnswer._meta.label_lower, numbers(past(VendorAnswer, vendor_id=number))


def proofs_of(vendor: Vendor, on: date) -> Proofs:
    """One query. What was answered to questions that are asked no more is in the history."""
    people = ("answered_by", "judged_by", "waived_by", "evidence_file")
    rows = {row.question: row for row in VendorAnswer.objects.filter(vendor=vendor).select_related(*people)}
    return Proofs(tuple(Asked(question, rows.get(question.key), on) for question in QUESTIONS))


def dossier(vendor: Vendor | None, on: date) -> dict[str, Any] | None:
    """As plain data, ready to be frozen; nothing where a workflow has no vendor."""
    if vendor is None:
        return None
    proofs = proofs_of(vendor, on)
    return {
        "name": vendor.name,
        "website": vendor.website or None,
        "supplies": vendor.supplies or None,
        "owner": vendor.owner.name if vendor.owner else None,
        "is_owner_active": vendor.owner.is_active if vendor.owner else None,
        "answers_due_date": vendor.answers_due_date,
        "open": proofs.open,
        "to_judge": proofs.to_judge,
        "expired": proofs.expired,
        "sides": [
            {"side": side.label, "concern": concern, "questions": [_told(each) for each in asked]}
            for side, concern, asked in proofs.sides
        ],
    }


def _told(each: Asked) -> dict[str, Any]:
    row = each.told
    return {
        "question": str(each.question.text),
        "aim": each.question.aim.label,
        "state": each.state.label,
        "is_settled": each.state in SETTLED,
        "answer": row.answer or row.waived_reason or None,
        "evidence_url": row.evidence_url or None,
        "evidence_file": row.evidence_filename or None,
        "evidence_sha256": row.evidence_file.sha256 if row.evidence_file else None,
        "given_by": row.given_by or None,
        "entered_by": _name(row.answered_by or row.waived_by),
        "entered_at": row.answered_at or row.waived_at,
        "judgement": row.get_judgement_display() or None,
        "judged_by": _name(row.judged_by),
        "judged_at": row.judged_at,
        "judged_reason": row.judged_reason or None,
        "valid_until": row.valid_until_date,
    }


def _name(person: Any) -> str | None:
    return person.name if person is not None else None
