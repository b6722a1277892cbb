"""Words that leave the room: drafted by one person, approved by another, sent; or a reasoned decision not to."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident, TimelineEntry
from incidents.policies import communications as policies
from incidents.services import room, timeline
from incidents.services.telling import staff, tell_people
from incidents.services.wording import chosen, required
from registry.kernel.access.verdict import require
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import Role, User

Status = Communication.Status
Audience = Communication.Audience


def draft(incident: Incident, *, by: User, at: datetime, audience: str, subject: str, text: str) -> Communication:
    with room.entered(incident, by=by) as locked:
        require(policies.may_draft, by, locked)
        made = Communication.objects.create(
            incident=locked,
            **_checked({"audience": audience, "subject": subject, "text": text}),
            drafted_by=by,
            drafted_at=at,
        )
        _enter(locked, made, _("Drafted for %(audience)s: %(subject)s"), by=by, at=at)
        room.touch(locked)
        tell_people(
            locked,
            staff(Role.RISK),
            event=f"draft-{made.pk}",
            subject=_("%(incident)s: a message waits for approval") % {"incident": locked.reference},
            body=made.subject,
            at=at,
            by=by,
        )
        return made


def edit_draft(
    communication: Communication, *, by: User, at: datetime, opened_version: int | None, **fields: Any
) -> Communication:
    """`fields` of audience, subject and text. What was approved is not changed any more."""
    with room.entered(communication.incident, by=by) as locked:
        found = _found(communication)
        require(policies.may_edit, by, found)
        _require_status(found, Status.DRAFT)
        new = _checked(fields)
        refuse_if_stale(found, opened_version, new)
        if put(found, new):
            found.version += 1
            found.save()
            room.touch(locked)
        return found


def approve(
    communication: Communication, *, by: User, at: datetime, opened_version: int | None = None
) -> Communication:
    """Let the words go out. `opened_version` is the version that was read: other words are not approved unseen."""
    with room.entered(communication.incident, by=by) as locked:
        found = _found(communication)
        require(policies.may_approve, by, found)
        _require_status(found, Status.DRAFT)
        if opened_version is not None and opened_version != found.version:
            raise Conflict(_("The draft was changed while you read it. Read it again."))
        found.status, found.approved_by, found.approved_at = Status.APPROVED, by, at
        _store(found)
        _enter(locked, found, _("Approved for %(audience)s: %(subject)s"), by=by, at=at)
        room.touch(locked)
        return found


def mark_sent(communication: Communication, *, by: User, at: datetime, channel: str) -> Communication:
    """Record that it went out, and by what."""
    with room.entered(communication.incident, by=by) as locked:
        found = _found(communication)
        require(policies.may_send, by, found)
        _require_status(found, Status.APPROVED)
        found.status, found.sent_by, found.sent_at = Status.SENT, by, at
        found.channel = required("channel", channel, limit=100)
        _store(found)
        _enter(locked, found, _("Sent to %(audience)s: %(subject)s"), by=by, at=at)
        room.touch(locked)
        return found


def decide_not_to(incident: Incident, audience: str, *, by: User, at: datetime, reason: str) -> Communication:
    """Record that an audience is told nothing, and why."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(policies.may_decide_not_to, by, locked)
        made = Communication.objects.create(
            incident=locked,
            audience=chosen("audience", audience, Audience),
            status=Status.NOT_NEEDED,
            decision_reason=required("reason", reason),
            drafted_by=by,
            drafted_at=at,
        )
        _enter(locked, made, _("Decided not to tell: %(audience)s. %(reason)s"), by=by, at=at)
        room.touch(locked)
        return made


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    limits = {"subject": 200, "text": 20_000}
    found = {name: required(name, fields[name], limit=limit) for name, limit in limits.items() if name in fields}
    if "audience" in fields:
        found["audience"] = chosen("audience", fields["audience"], Audience)
    return found


def _found(communication: Communication) -> Communication:
    return Communication.objects.select_related("incident").get(pk=communication.pk)


def _store(communication: Communication) -> None:
    communication.version += 1
    communication.save()


def _require_status(communication: Communication, wanted: Status) -> None:
    if communication.status != wanted:
        raise Conflict(
            _("This message is “%(now)s”; that is possible only while it is “%(wanted)s”.")
            % {"now": communication.get_status_display(), "wanted": wanted.label}
        )


def _enter(incident: Incident, communication: Communication, text: str, *, by: User, at: datetime) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.COMMUNICATION,
        text=text
        % {
            "audience": communication.get_audience_display(),
            "subject": communication.subject,
            "reason": communication.decision_reason,
        },
        by=by,
        at=at,
        data={"communication": communication.pk, "status": str(communication.status)},
    )
