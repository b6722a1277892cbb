"""Asking people for evidence: asked, handed on, taken back. What comes in is `evidence_answers`."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.minimum_evidence import Item
from incidents.models import Evidence, EvidenceRequest, Incident
from incidents.policies import evidence_requests as policies
from incidents.policies.evidence import may_download
from incidents.policies.incidents import may_see, only_audits
from incidents.requesting import next_at, usual_due
from incidents.services import room
from incidents.services.duties import duties_of
from incidents.services.evidence_request_steps import again, begin_clock, due_checked, enter, step, tell
from incidents.services.wording import chosen, optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User


def usual_due_of(incident: Incident, at: datetime) -> datetime:
    """When something asked for now is due, unless somebody says otherwise."""
    duties = duties_of(incident, at)
    return usual_due(at, duties.update_minutes if duties is not None else None)


def ask(
    incident: Incident,
    *,
    person: User,
    by: User,
    at: datetime,
    wanted: str = "",
    item: str = "",
    kind: str = "",
    reason: str,
    due_at: datetime | None = None,
    fetches: Evidence | None = None,
) -> EvidenceRequest:
    """Ask `person` for something: an `item` of the minimum set, or what `wanted` says, or what a link leads to.

    Raises ValidationError under `person` for somebody who does not see the incident: of a restricted one they are let
    in first, since the request says what it is about.
    """
    with room.entered(incident, by=by) as locked:
        require(policies.may_ask, by, locked)
        part = Item(chosen("item", item, Item)) if item else None
        words = optional("wanted", wanted, limit=300) or (str(part.label) if part else "")
        if not words:
            raise ValidationError({"wanted": _("Say what is asked for, or choose an item of the minimum set.")})
        usual = part.usual_kind if part else Evidence.Kind.OTHER
        due = due_checked(due_at or usual_due_of(locked, at), at)
        _check_person(locked, person)
        made = EvidenceRequest.objects.create(
            incident=locked,
            person=person,
            wanted=words,
            item=part or "",
            kind=chosen("kind", kind or usual, Evidence.Kind),
            reason=required("reason", reason, limit=500),
            fetches=_link_of(locked, fetches, by),
            asked_by=by,
            asked_at=at,
            since_at=at,
            due_at=due,
            remind_at=next_at(at, due, made=0),
        )
        enter(locked, made, _("Asked of %(person)s: %(wanted)s."), by=by, at=at)
        room.touch(locked)
        _tell_asked(made, by=by, at=at)
        return made


def ask_to_fetch(
    piece: Evidence, *, person: User, by: User, at: datetime, reason: str, due_at: datetime | None = None
) -> EvidenceRequest:
    """Ask `person` to fetch what the link of `piece` leads to. Of a restricted piece the request names its number."""
    told = piece.reference if piece.is_restricted else f"{piece.reference} {piece.title}"
    wanted = _("What %(piece)s links to") % {"piece": told}
    return ask(
        piece.incident, person=person, by=by, at=at, wanted=wanted[:300], kind=piece.kind, reason=reason,
        due_at=due_at, fetches=piece,
    )  # fmt: skip


def hand_on(
    request: EvidenceRequest, *, to: User, by: User, at: datetime, reason: str, due_at: datetime | None = None
) -> EvidenceRequest:
    """Somebody else is to answer. The time stays unless another is given; what is late needs a new one."""
    with room.entered(request.incident, by=by, reason=reason) as locked:
        row = again(request, locked)
        require(policies.may_hand_on, by, row)
        step(row, "hand-on")
        why = required("reason", reason, limit=500)
        if to.pk == row.person_id:
            raise ValidationError({"person": _("%(person)s is asked already.") % {"person": to.name}})
        _check_person(locked, to)
        _pass(locked, row, to, by=by, at=at, reason=why, due_at=due_at or row.due_at)
        return row


def pass_on(request: EvidenceRequest, *, to: User, by: User, at: datetime, reason: str) -> None:
    """What was asked of somebody who leaves, given to another by whoever closes the account; asks no policy of the
    room. What is late by then gets the usual time anew.
    """
    with room.entered(request.incident, by=by, reason=reason) as locked:
        row = again(request, locked)
        if row.is_waiting:
            _check_person(locked, to)
            due = row.due_at if row.due_at > at else usual_due_of(locked, at)
            _pass(locked, row, to, by=by, at=at, reason=reason, due_at=due)


def withdraw(request: EvidenceRequest, *, by: User, at: datetime, reason: str) -> EvidenceRequest:
    """It is no longer needed. The person asked hears of it; what was handed in stays."""
    with room.entered(request.incident, by=by, reason=reason) as locked:
        row = again(request, locked)
        require(policies.may_withdraw, by, row)
        row.status = step(row, "withdraw")
        row.settled_note = required("reason", reason, limit=500)
        row.settled_by, row.settled_at, row.remind_at = by, at, None
        row.save()
        text = _("No longer asked of %(person)s: %(wanted)s. %(reason)s")
        enter(locked, row, text, by=by, at=at, reason=row.settled_note)
        room.touch(locked)
        subject = _("No longer needed: %(wanted)s") % {"wanted": row.wanted}
        tell(row, [row.person], "withdrawn", subject, row.settled_note, by=by, at=at)
        return row


def _pass(
    incident: Incident, row: EvidenceRequest, to: User, *, by: User, at: datetime, reason: str, due_at: datetime
) -> None:
    former, row.person = row.person, to
    begin_clock(row, at=at, due_at=due_at)
    row.save()
    text = _("%(wanted)s: now asked of %(person)s, in place of %(former)s: %(reason)s")
    enter(incident, row, text, by=by, at=at, former=former.name, reason=reason)
    room.touch(incident)
    _tell_asked(row, by=by, at=at)


def _tell_asked(request: EvidenceRequest, *, by: User, at: datetime) -> None:
    due = timezone.localtime(request.due_at)
    about = {
        "wanted": request.wanted,
        "reason": request.reason,
        "due": f"{date_format(due, 'j M Y, H:i')} {due.tzname()}",
    }
    body = _(
        "%(reason)s\n\nDue %(due)s. Open the page to hand it in, from a phone too, or say that there is none."
    ) % about  # fmt: skip
    tell(request, [request.person], "asked", _("Evidence asked of you: %(wanted)s") % about, body, by=by, at=at)


def _check_person(incident: Incident, person: User) -> None:
    if not person.is_active:
        raise ValidationError({"person": _("%(person)s no longer has an active account.") % {"person": person.name}})
    if only_audits(person):
        raise ValidationError({"person": _("Auditors read the record and take no part in what it is about.")})
    if not may_see(person, incident):
        raise ValidationError(
            {
                "person": _(
                    "%(person)s does not see this restricted incident. Let them in first (People, Let somebody in), "
                    "then ask."
                )
                % {"person": person.name}
            }
        )


def _link_of(incident: Incident, piece: Evidence | None, by: User) -> Evidence | None:
    """The piece whose link is to be fetched; of this incident, and with a link."""
    if piece is None:
        return None
    if piece.incident_id != incident.pk:
        raise ValidationError({"fetches": _("This evidence belongs to another incident.")})
    require(may_download, by, piece)
    if not piece.link:
        raise ValidationError({"fetches": _("%(piece)s has no link.") % {"piece": piece.reference}})
    if EvidenceRequest.objects.waiting().filter(fetches=piece).exists():
        raise Conflict(_("Somebody is asked already to fetch what %(piece)s leads to.") % {"piece": piece.reference})
    return piece
