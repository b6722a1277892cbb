"""Notices that may be owed to an authority: put on the list, then submitted or explained, never forgotten."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, Obligation, TimelineEntry
from incidents.policies import obligations as policies
from incidents.services import room, timeline
from incidents.services.telling import staff, tell_people
from incidents.services.wording import optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Role, User

Status = Obligation.Status


def add(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    name: str,
    starts_at: datetime,
    due_at: datetime,
    authority: str = "",
    owner: User | None = None,
) -> Obligation:
    """`starts_at` is when the clock of the notice began to run; `due_at` when it ends."""
    with room.entered(incident, by=by) as locked:
        require(policies.may_add, by, locked)
        _check_times(starts_at, due_at, at)
        if owner is not None and not owner.is_active:
            raise ValidationError({"owner": _("%(person)s no longer has an active account.") % {"person": owner.name}})
        made = Obligation.objects.create(
            incident=locked,
            name=required("name", name, limit=150),
            authority=optional("authority", authority, limit=150),
            starts_at=starts_at,
            due_at=due_at,
            owner=owner,
        )
        _enter(locked, made, _("May be owed: %(name)s."), by=by, at=at)
        room.touch(locked)
        tell_people(
            locked,
            [owner, *staff(Role.RISK)],
            event=f"obligation-{made.pk}",
            subject=_("%(incident)s: %(notice)s may be owed") % {"incident": locked.reference, "notice": made.name},
            body=locked.title,
            at=at,
            by=by,
        )
        return made


def submit(obligation: Obligation, *, by: User, at: datetime, explanation: str) -> Obligation:
    """The notice was sent; `explanation` says how, with the receipt or reference."""
    return _settle(obligation, Status.SUBMITTED, _("Submitted: %(name)s. %(explanation)s"), explanation, by=by, at=at)


def not_owed(obligation: Obligation, *, by: User, at: datetime, explanation: str) -> Obligation:
    """The notice need not be sent; `explanation` says why."""
    return _settle(obligation, Status.NOT_OWED, _("Not owed: %(name)s. %(explanation)s"), explanation, by=by, at=at)


def _settle(
    obligation: Obligation, status: Status, text: str, explanation: str, *, by: User, at: datetime
) -> Obligation:
    with room.entered(obligation.incident, by=by, reason=explanation) as locked:
        found = Obligation.objects.select_related("incident").get(pk=obligation.pk)
        require(policies.may_settle, by, found)
        if found.status != Status.OPEN:
            raise Conflict(_("This was settled before: %(status)s.") % {"status": found.get_status_display()})
        found.status, found.settled_by, found.settled_at = status, by, at
        found.explanation = required("explanation", explanation)
        found.save()
        _enter(locked, found, text, by=by, at=at)
        room.touch(locked)
        return found


def _check_times(starts_at: datetime, due_at: datetime, at: datetime) -> None:
    if starts_at.utcoffset() is None or due_at.utcoffset() is None:
        raise ValidationError({"due_at": _("This time has no time zone.")})
    if starts_at > at:
        raise ValidationError({"starts_at": _("This time lies in the future.")})
    if due_at < starts_at:
        raise ValidationError({"due_at": _("It cannot be due before its clock started.")})


def _enter(incident: Incident, obligation: Obligation, text: str, *, by: User, at: datetime) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.OBLIGATION,
        text=(text % {"name": obligation.name, "explanation": obligation.explanation}).strip(),
        by=by,
        at=at,
        data={"obligation": obligation.pk, "status": str(obligation.status), "due_at": obligation.due_at.isoformat()},
    )
