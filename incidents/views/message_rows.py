"""The messages of an incident as its page shows them: whose word is there, whose is missing, what may be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.models import Communication, Incident, MessageApproval
from incidents.owed_messages import Standing
from incidents.policies import communications as policies
from incidents.policies.answering import approving as may_stand_for
from incidents.services import approving
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
class Row:
    message: Communication
    given: tuple[MessageApproval, ...]
    ended: tuple[MessageApproval, ...]
    """Approvals that count no longer, and refusals."""
    wanted: tuple[Wanted, ...]
    sent_back: MessageApproval | None
    is_waiting: bool
    is_ready: bool
    needs_confirming: bool
    may_edit: Verdict
    may_approve: Verdict
    may_send_back: Verdict
    may_send: Verdict


def rows_of(incident: Any, user: User, at: datetime) -> list[Row]:
    """The newest first."""
    rules = rules_at(at)
    rows = Communication.objects.filter(incident=incident).order_by("-id")
    found = rows.select_related("drafted_by", "approved_by", "sent_by").prefetch_related("approvals__by")
    return [_row(message, incident, user, rules, at) for message in found]


def _row(message: Communication, incident: Incident, user: User, rules: OrganisationRules, at: datetime) -> Row:
    message.incident = incident
    is_waiting = message.status in WAITING
    line = line_for(incident, message.audience, at)
    needs_confirming = line is not None and line.message == message.pk and line.standing is Standing.UNCONFIRMED
    missing = missing_of(message, rules) if is_waiting else line.waits_for if line and needs_confirming else ()
    given = given_to(message)
    never = {message.drafted_by_id, *(each.by_id for each in given)}
    return Row(
        message=message,
        given=tuple(given),
        ended=tuple(each for each in message.approvals.all() if not each.counts),
        wanted=tuple(
            Wanted(role.label, tuple(person.name for person in may_stand_for(role, incident, never=never)))
            for role in missing
        ),
        sent_back=was_sent_back(message) if is_waiting else None,
        is_waiting=is_waiting,
        is_ready=is_waiting and not missing,
        needs_confirming=needs_confirming,
        may_edit=policies.may_edit(user, message),
        may_approve=approving.approvable(user, message, missing),
        may_send_back=approving.may_send_back(user, message, rules),
        may_send=policies.may_send(user, message),
    )
