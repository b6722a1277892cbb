"""What drafting, approving and sending have in common: the words, whose word on them counts, and the timeline."""

import hashlib
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident, MessageApproval, TimelineEntry
from incidents.owed_messages import still_missing
from incidents.services import timeline
from incidents.services.owed_messages import needed
from registry.kernel.http.errors import Conflict
from registry.models import OrganisationRules, User
from registry.responsible import Responsible

Status = Communication.Status
Outcome = MessageApproval.Outcome
WAITING = (Status.DRAFT, Status.APPROVED)
"""Written and not sent."""


def fingerprint(communication: Communication) -> str:
    """SHA-256 of the audience and the words, or of the reason to say nothing: what an approval is of."""
    words = (communication.audience, communication.subject, communication.text, communication.decision_reason)
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()


def read_again(communication: Communication, incident: Incident) -> Communication:
    """The row as it stands behind the lock on its incident."""
    found = Communication.objects.get(pk=communication.pk)
    found.incident = incident
    return found


def given_to(communication: Communication) -> list[MessageApproval]:
    """The approvals that count, oldest first."""
    return [row for row in communication.approvals.all() if row.counts]


def missing_of(communication: Communication, rules: OrganisationRules) -> tuple[Responsible, ...]:
    """Whose approval the words still need, by the severity that counts now."""
    wanted = needed(communication.incident, communication.audience, rules)
    return still_missing(wanted, [Responsible(row.role) for row in given_to(communication)])


def was_sent_back(communication: Communication) -> MessageApproval | None:
    """The refusal of these very words, if there is one."""
    rows = [row for row in communication.approvals.all() if row.outcome == Outcome.REFUSED]
    return next((row for row in reversed(rows) if row.version == communication.version), None)


def void(communication: Communication, *, at: datetime, reason: str) -> int:
    """Approvals that counted do so no longer, and the message is a draft again. How many; the caller saves it."""
    rows = given_to(communication)
    for row in rows:
        row.voided_at, row.void_reason = at, reason
        row.save()
    communication.status, communication.approved_by, communication.approved_at = Status.DRAFT, None, None
    return len(rows)


def require_waiting(communication: Communication) -> None:
    if communication.status not in WAITING:
        raise Conflict(
            _("This message is “%(now)s”; that is possible only while it is written and not sent.")
            % {"now": communication.get_status_display()}
        )


def require_read(communication: Communication, opened_version: int | None) -> None:
    """Other words than those that were read are neither approved nor sent back unseen."""
    if opened_version is not None and opened_version != communication.version:
        raise Conflict(_("The draft was changed while you read it. Read it again."))


def enter(
    communication: Communication, text: str, *, by: User, at: datetime, step: str = "", **words: Any
) -> TimelineEntry:
    """A line in the timeline; `text` may name the audience, the subject, the reason and `words`."""
    return timeline.automatic(
        communication.incident,
        kind=TimelineEntry.Kind.COMMUNICATION,
        text=text
        % {
            "audience": communication.get_audience_display(),
            "subject": communication.subject,
            "reason": communication.decision_reason,
            **words,
        },
        by=by,
        at=at,
        data={"communication": communication.pk, "status": step or str(communication.status)},
    )
