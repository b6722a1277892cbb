"""Letting words go out: each approval by another person, of the words that were read, as one whom the rules name."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Communication, MessageApproval
from incidents.owed_messages import Standing
from incidents.policies import communications as policies
from incidents.services import room
from incidents.services.approvers import approvable, in_words, may_send_back
from incidents.services.owed_messages import line_for, needed, rules_at
from incidents.services.saying import (
    Outcome,
    Status,
    enter,
    fingerprint,
    given_to,
    missing_of,
    read_again,
    require_read,
    require_waiting,
    void,
    was_sent_back,
)
from incidents.services.telling import tell_people
from incidents.services.tying import open_sentences
from incidents.services.wording import chosen, optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.message_templates import gaps
from registry.models import OrganisationRules, User
from registry.responsible import Responsible


def approve(
    communication: Communication,
    *,
    by: User,
    at: datetime,
    opened_version: int | None = None,
    role: str = "",
    note: str = "",
) -> MessageApproval:
    """Approve the words as `role`, or as the first that is missing and that `by` may. `opened_version` is the version
    that was read. Sentences that rest on nothing need a `note` that says why it is approved all the same. When the last
    that is needed is there, the message is approved.
    """
    with room.entered(communication.incident, by=by) as locked:
        found = read_again(communication, locked)
        require(policies.may_approve, by, found)
        require_waiting(found)
        require_read(found, opened_version)
        _require_not_sent_back(found)
        _require_whole(found)
        _require_reason(found, note)
        rules = rules_at(at)
        made = _give(found, _role(found, by, missing_of(found, rules), role), rules, by=by, at=at, note=note)
        found = made.communication = read_again(communication, locked)
        if not missing_of(found, rules):
            found.status, found.approved_by, found.approved_at = Status.APPROVED, by, at
            found.save()
        text = _("Approved as %(role)s for %(audience)s: %(subject)s")
        enter(found, text, by=by, at=at, role=made.get_role_display())
        room.touch(locked)
        if found.status == Status.APPROVED:
            _tell_drafter(found, _("%(incident)s: your message is approved"), found.subject, by=by, at=at)
        return made


def send_back(
    communication: Communication, *, by: User, at: datetime, reason: str, opened_version: int | None = None
) -> MessageApproval:
    """These words do not go out, and why: approvals given so far end, and it is a draft until the words change."""
    with room.entered(communication.incident, by=by, reason=reason) as locked:
        found = read_again(communication, locked)
        require_waiting(found)
        rules = rules_at(at)
        require(may_send_back, by, found, rules)
        require_read(found, opened_version)
        _require_not_sent_back(found)
        why = required("reason", reason)
        role = _as_whom(found, by, needed(locked, found.audience, rules))
        void(found, at=at, reason=_("Sent back"))
        found.save()
        made = _written(found, role, Outcome.REFUSED, rules, by=by, at=at, note=why)
        enter(found, _("Sent back, for %(audience)s: %(subject)s. %(why)s"), by=by, at=at, step="SENT_BACK", why=why)
        room.touch(locked)
        _tell_drafter(found, _("%(incident)s: your message was sent back"), why, by=by, at=at)
        return made


def confirm_decision(communication: Communication, *, by: User, at: datetime, note: str = "") -> MessageApproval:
    """A second person's word that an audience to whom a message is owed is told nothing."""
    with room.entered(communication.incident, by=by) as locked:
        found = read_again(communication, locked)
        rules = rules_at(at)
        require(approvable, by, found, needed(locked, found.audience, rules))
        line = line_for(locked, found.audience, at)
        if line is None or line.message != found.pk or line.standing is not Standing.UNCONFIRMED:
            raise Conflict(_("This decision needs nobody's confirmation now."))
        made = _give(found, _role(found, by, line.waits_for, ""), rules, by=by, at=at, note=note)
        text = _("Confirmed as %(role)s that %(audience)s are told nothing.")
        enter(found, text, by=by, at=at, step="CONFIRMED", role=made.get_role_display())
        room.touch(locked)
        return made


def _role(found: Communication, by: User, missing: tuple[Responsible, ...], asked: str) -> Responsible:
    """As which of the missing ones this person approves; refuses with the reason when there is none."""
    if not missing:
        raise Conflict(_("Every approval that is needed is there."))
    known = {row.by_id for row in given_to(found)}
    wanted = missing
    if asked:
        as_asked = Responsible(chosen("role", asked, Responsible))
        if as_asked not in missing:
            words = {"role": as_asked.label, "missing": in_words(missing)}
            raise ValidationError({"role": _("No approval as “%(role)s” is missing, but: %(missing)s.") % words})
        wanted = (as_asked,)
    for role in wanted:
        if policies.may_approve_as(by, found, role, approved_by=known):
            return role
    require(policies.may_approve_as, by, found, wanted[0], approved_by=known)
    raise AssertionError("one of the two answers")


def _as_whom(found: Communication, by: User, wanted: tuple[Responsible, ...]) -> Responsible:
    """As whom somebody sends back: as they approved, else as the first they may."""
    mine = [Responsible(row.role) for row in given_to(found) if row.by_id == by.pk]
    may = [role for role in wanted if policies.may_approve_as(by, found, role, approved_by=())]
    return [*mine, *may][0]


def _give(
    found: Communication, role: Responsible, rules: OrganisationRules, *, by: User, at: datetime, note: str
) -> MessageApproval:
    return _written(found, role, Outcome.APPROVED, rules, by=by, at=at, note=optional("note", note))


def _written(
    found: Communication,
    role: Responsible,
    outcome: str,
    rules: OrganisationRules,
    *,
    by: User,
    at: datetime,
    note: str,
) -> MessageApproval:
    return MessageApproval.objects.create(
        incident=found.incident,
        communication=found,
        role=role,
        outcome=outcome,
        by=by,
        at=at,
        written_by_id=found.drafted_by_id,
        version=found.version,
        sha256=fingerprint(found),
        rules=rules,
        note=note,
    )


def _require_not_sent_back(found: Communication) -> None:
    if back := was_sent_back(found):
        raise Conflict(
            _("These words were sent back: %(why)s They have to be changed first.") % {"why": _ended(back.note)}
        )


def _require_whole(found: Communication) -> None:
    if left := gaps(f"{found.subject}\n{found.text}"):
        raise Conflict(_("Replace what is still open first: %(gaps)s") % {"gaps": " ".join(left)})


def _require_reason(found: Communication, note: str) -> None:
    if (number := open_sentences(found)) and not note.strip():
        raise ValidationError(
            {
                "note": ngettext(
                    "%(n)d sentence rests on nothing yet. Say why you approve it all the same.",
                    "%(n)d sentences rest on nothing yet. Say why you approve them all the same.",
                    number,
                )
                % {"n": number}
            }
        )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _tell_drafter(found: Communication, subject: str, body: str, *, by: User, at: datetime) -> None:
    tell_people(
        found.incident,
        [found.drafted_by],
        event=f"message-{found.pk}-{found.version}-{at:%Y%m%d%H%M%S}",
        subject=subject % {"incident": found.incident.reference},
        body=body,
        at=at,
        by=by,
    )
