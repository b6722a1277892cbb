"""What comes back to a request for evidence: pieces handed in, or that there are none; looked at by another person."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Evidence, EvidenceRequest
from incidents.policies import evidence_requests as policies
from incidents.requesting import Answer
from incidents.services import room
from incidents.services.evidence_request_steps import again, begin_clock, enter, step, tell
from incidents.services.evidence_requests import usual_due_of
from incidents.services.wording import chosen, required
from registry.kernel.access.verdict import require
from registry.models import User


def handed_in(request: EvidenceRequest, piece: Evidence, *, by: User, at: datetime) -> EvidenceRequest:
    """A piece came for this request. Further ones may follow until somebody has looked. The caller holds the lock.

    What a link led to needs no further look: the file stands beside the link from then on.
    """
    row = again(request, piece.incident)
    require(policies.may_hand_in, by, row)
    is_fetched = row.fetches is not None
    if is_fetched and piece.file is None:
        raise ValidationError({"file": _("Hand in the file that the link leads to, or say that it cannot be had.")})
    row.status = step(row, "fetch" if is_fetched else "hand-in")
    row.answer, row.answer_note = Answer.HANDED_IN, ""
    row.answered_by, row.answered_at, row.remind_at = by, at, None
    if is_fetched:
        row.settled_by, row.settled_at = by, at
    row.save()
    words = {"reference": piece.reference, "wanted": row.wanted, "person": by.name}
    _tell_asker(row, f"came-{piece.pk}", _("Handed in: %(wanted)s") % words, words, by=by, at=at)
    return row


def say_none(request: EvidenceRequest, *, answer: str, note: str, by: User, at: datetime) -> EvidenceRequest:
    """There is none, or it cannot be had, because of `note`."""
    with room.entered(request.incident, by=by, reason=note) as locked:
        row = again(request, locked)
        require(policies.may_hand_in, by, row)
        row.status = step(row, "answer")
        row.answer = Answer(chosen("answer", answer, Answer))
        if row.answer == Answer.HANDED_IN:
            raise ValidationError({"answer": _("Hand in a file, a link or a note.")})
        row.answer_note = required("note", note, limit=500)
        row.answered_by, row.answered_at, row.remind_at = by, at, None
        row.save()
        said = {"answer": str(Answer(row.answer).label), "note": row.answer_note}
        words = said | {"wanted": row.wanted}
        enter(locked, row, _("%(wanted)s: %(answer)s. %(note)s"), by=by, at=at, **said)
        room.touch(locked)
        _tell_asker(row, "none", _("%(answer)s: %(wanted)s") % words, words, by=by, at=at)
        return row


def accept(request: EvidenceRequest, *, by: User, at: datetime, note: str = "") -> EvidenceRequest:
    """It is what was asked for, or it is agreed that there is none."""
    with room.entered(request.incident, by=by) as locked:
        row = again(request, locked)
        require(policies.may_settle, by, row)
        row.status = step(row, "accept")
        row.settled_by, row.settled_at, row.settled_note = by, at, note.strip()[:500]
        row.save()
        enter(locked, row, _("Accepted: %(wanted)s, from %(person)s."), by=by, at=at)
        room.touch(locked)
        return row


def send_back(
    request: EvidenceRequest, *, by: User, at: datetime, reason: str, due_at: datetime | None = None
) -> EvidenceRequest:
    """It is asked for again, with what is missing. What was handed in stays."""
    with room.entered(request.incident, by=by, reason=reason) as locked:
        row = again(request, locked)
        require(policies.may_settle, by, row)
        row.status = step(row, "send-back")
        row.settled_note = required("reason", reason, limit=500)
        row.answer, row.answer_note, row.answered_by, row.answered_at = "", "", None, None
        begin_clock(row, at=at, due_at=due_at or max(row.due_at, usual_due_of(locked, at)))
        row.save()
        enter(locked, row, _("Sent back to %(person)s: %(wanted)s. %(reason)s"), by=by, at=at, reason=row.settled_note)
        room.touch(locked)
        subject = _("Sent back to you: %(wanted)s") % {"wanted": row.wanted}
        tell(row, [row.person], "sent-back", subject, row.settled_note, by=by, at=at)
        return row


def _tell_asker(
    request: EvidenceRequest, event: str, subject: str, words: dict[str, str], *, by: User, at: datetime
) -> None:
    body = words.get("note") or _("%(reference)s, from %(person)s. Look at it and accept it, or send it back.") % words
    tell(request, [request.asked_by], event, subject, body, by=by, at=at)
