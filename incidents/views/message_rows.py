"""The messages of an incident as its page shows them: whose word is there, whose is missing, what may be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.models import Communication, Incident, MessageApproval, SentenceTie
from incidents.owed_messages import Standing
from incidents.policies import communications as policies
from incidents.policies.answering import approving as may_stand_for
from incidents.policies.evidence import closed_to
from incidents.reports.resting import Sentence, label_of, sentences_of
from incidents.services import tying
from incidents.services.approvers import approvable, may_send_back
from incidents.services.owed_messages import line_for, rules_at
from incidents.services.saying import WAITING, given_to, missing_of, was_sent_back
from registry.kernel.access.verdict import Verdict
from registry.models import OrganisationRules, User


@dataclass(frozen=True)
class Wanted:
    """One approval that is missing: as whom, and the names of those who may give it."""

    role: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Tied:
    """One thing that a sentence rests on, as this reader may know it."""

    tie: SentenceTie
    label: str
    is_outdated: bool


@dataclass(frozen=True)
class Shown:
    """A sentence with what it rests on."""

    sentence: Sentence
    ties: tuple[Tied, ...]


TIES = ("ties__evidence", "ties__entry")
"""What to fetch with a message of which the sentences are shown."""


@dataclass(frozen=True)
class Row:
    message: Communication
    given: tuple[MessageApproval, ...]
    ended: tuple[MessageApproval, ...]
    """Approvals that count no longer, and refusals."""
    wanted: tuple[Wanted, ...]
    sentences: tuple[Shown, ...]
    open_sentences: int
    sent_back: MessageApproval | None
    is_waiting: bool
    is_ready: bool
    needs_confirming: bool
    may_edit: Verdict
    may_approve: Verdict
    may_send_back: Verdict
    may_send: Verdict
    may_tie: Verdict


def rows_of(incident: Any, user: User, at: datetime) -> list[Row]:
    """The newest first."""
    reader = _Reader(user, incident, rules_at(at), closed_to(user, incident), at)
    rows = Communication.objects.filter(incident=incident).order_by("-id")
    found = rows.select_related("drafted_by", "approved_by", "sent_by", "template_rules").prefetch_related(
        "approvals__by", *TIES
    )
    return [_row(message, reader) for message in found]


@dataclass(frozen=True)
class _Reader:
    """Who reads, of which incident, by which rules and when; `closed` is the evidence that they may not open."""

    user: User
    incident: Incident
    rules: OrganisationRules
    closed: set[int]
    at: datetime


def shown(message: Communication, closed: set[int]) -> tuple[Shown, ...]:
    """Every sentence; `closed` is the evidence of which this reader learns no more than that it is there."""
    return tuple(
        Shown(
            each,
            tuple(
                Tied(tie, label_of(tie, closed=closed), tying.is_outdated(tie, message.incident)) for tie in each.ties
            ),
        )
        for each in sentences_of(message)
    )


def _row(message: Communication, reader: _Reader) -> Row:
    user, incident, rules = reader.user, reader.incident, reader.rules
    message.incident = incident
    is_waiting = message.status in WAITING
    line = line_for(incident, message.audience, reader.at)
    needs_confirming = line is not None and line.message == message.pk and line.standing is Standing.UNCONFIRMED
    missing = missing_of(message, rules) if is_waiting else line.waits_for if line and needs_confirming else ()
    given = given_to(message)
    sentences = shown(message, reader.closed)
    never = {message.drafted_by_id, *(each.by_id for each in given)}
    return Row(
        message=message,
        given=tuple(given),
        ended=tuple(each for each in message.approvals.all() if not each.counts),
        wanted=tuple(
            Wanted(role.label, tuple(person.name for person in may_stand_for(role, incident, never=never)))
            for role in missing
        ),
        sentences=sentences,
        open_sentences=sum(each.sentence.is_open for each in sentences),
        sent_back=was_sent_back(message) if is_waiting else None,
        is_waiting=is_waiting,
        is_ready=is_waiting and not missing,
        needs_confirming=needs_confirming,
        may_edit=policies.may_edit(user, message),
        may_approve=approvable(user, message, missing),
        may_send_back=may_send_back(user, message, rules),
        may_send=policies.may_send(user, message),
        may_tie=policies.may_tie(user, message),
    )
