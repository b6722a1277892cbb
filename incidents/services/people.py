"""Who does what in the room: assigning, accepting, handing over, stepping down."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Incident, RoleAssignment, TimelineEntry
from incidents.policies.incidents import LEAD, may_accept, may_assign, may_relieve, may_see, only_audits
from incidents.services import room, timeline
from incidents.services.telling import callers_for, holders_in, staff, tell_people
from incidents.services.wording import chosen, optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Role as Roles
from registry.models import User

Role = RoleAssignment.Role


def assign(
    incident: Incident,
    *,
    role: str,
    person: User,
    by: User,
    at: datetime,
    reason: str = "",
    instead_of: RoleAssignment | None = None,
) -> RoleAssignment:
    """Give `person` a role. A role somebody holds is handed over only with a reason.

    `instead_of` is the assignment the asker saw: when another one is in force by now, nothing is changed.
    Whoever takes a role themselves has accepted it.
    """
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_assign, by, locked)
        room.require_active(locked, State.RESOLVED)
        symbol = Role(chosen("role", role, Role))
        _check_person(locked, person)
        held = _held(locked, symbol)
        _check_handover(held, symbol, person, reason, instead_of)
        if held is not None:
            _end(held, at=at, reason=optional("reason", reason, limit=300))
        made = _begin(locked, symbol, person, by=by, at=at, replaced=held)
        room.touch(locked)
        tell_people(
            locked,
            [person, held.person if held else None],
            event=f"role-{made.pk}",
            subject=_("%(role)s of %(incident)s: %(person)s")
            % {"role": symbol.label, "incident": locked.reference, "person": person.name},
            body=locked.title,
            at=at,
            by=by,
        )
        return made


def accept(assignment: RoleAssignment, *, by: User, at: datetime) -> RoleAssignment:
    with room.entered(assignment.incident, by=by) as locked:
        found = RoleAssignment.objects.get(pk=assignment.pk)
        require(may_see, by, locked)
        require(may_accept, by, found)
        _require_held(found)
        if found.accepted_at is None:
            found.accepted_at = at
            found.save()
            _enter(locked, _("%(person)s accepted: %(role)s."), found, by=by, at=at)
            room.touch(locked)
        return found


def relieve(assignment: RoleAssignment, *, by: User, at: datetime, reason: str) -> RoleAssignment:
    """End a role without a successor. When it was the lead's, the responders hear that the room needs one."""
    with room.entered(assignment.incident, by=by, reason=reason) as locked:
        found = RoleAssignment.objects.get(pk=assignment.pk)
        require(may_relieve, by, found)
        _require_held(found)
        _leave(locked, found, by=by, at=at, reason=required("reason", reason, limit=300))
        return found


def _leave(incident: Incident, assignment: RoleAssignment, *, by: User, at: datetime, reason: str) -> None:
    _end(assignment, at=at, reason=reason[:300])
    _enter(incident, _("%(person)s no longer holds: %(role)s."), assignment, by=by, at=at)
    room.touch(incident)
    if assignment.role == LEAD and incident.is_active:
        tell_people(
            incident,
            callers_for(incident),
            event=f"without-lead-{assignment.pk}",
            subject=_("%(incident)s has no lead") % {"incident": incident.reference},
            body=incident.title,
            at=at,
            by=by,
        )


def pass_on(assignment: RoleAssignment, *, to: User, by: User, at: datetime, reason: str) -> RoleAssignment:
    """The role of somebody who leaves, given to another by whoever closes the account; asks no policy of the room.

    Whoever holds it by now keeps it.
    """
    with room.entered(assignment.incident, by=by, reason=reason) as locked:
        found = RoleAssignment.objects.select_related("person").get(pk=assignment.pk)
        if found.ended_at is not None:
            return found
        _check_person(locked, to)
        _end(found, at=at, reason=optional("reason", reason, limit=300))
        made = _begin(locked, Role(found.role), to, by=by, at=at, replaced=found)
        room.touch(locked)
        return made


def end_for_leaver(assignment: RoleAssignment, *, by: User, at: datetime, reason: str) -> None:
    """Nobody takes the role of somebody who leaves: it ends, and those in the room and risk staff hear of it."""
    with room.entered(assignment.incident, by=by, reason=reason) as locked:
        found = RoleAssignment.objects.select_related("person").get(pk=assignment.pk)
        if found.ended_at is not None:
            return
        _leave(locked, found, by=by, at=at, reason=reason)
        words = {"incident": locked.reference, "person": found.person.name, "role": Role(found.role).label}
        tell_people(
            locked,
            [*holders_in(locked), *staff(Roles.RISK)],
            event=f"left-{found.pk}",
            subject=_("%(incident)s: %(person)s has left, nobody holds %(role)s") % words,
            body=locked.title,
            at=at,
            by=by,
        )


def take_lead(incident: Incident, *, by: User, at: datetime) -> RoleAssignment:
    """The declarer leads until somebody else does. The caller holds the lock."""
    return _begin(incident, LEAD, by, by=by, at=at, replaced=None)


def _check_person(incident: Incident, person: User) -> None:
    """A restricted incident needs no letting in: holding a role is access."""
    if not person.is_active:
        raise ValidationError({"person": _("%(person)s no longer has an active account.") % {"person": person.name}})
    if only_audits(person):
        raise ValidationError({"person": _("Auditors read the record and take no part in what it is about.")})


def _check_handover(
    held: RoleAssignment | None, role: Role, person: User, reason: str, instead_of: RoleAssignment | None
) -> None:
    words = {"person": held.person.name if held else "", "role": role.label}
    if instead_of is not None and (held is None or held.pk != instead_of.pk):
        if held is None:
            raise Conflict(_("Meanwhile the role “%(role)s” was given up. Look again before you assign it.") % words)
        raise Conflict(_("Meanwhile %(person)s took the role “%(role)s”. Look again before you hand it over.") % words)
    if held is not None and held.person_id == person.pk:
        raise Conflict(_("%(person)s already holds the role “%(role)s”.") % words)
    if held is not None and not reason.strip():
        raise Conflict(_("%(person)s holds the role “%(role)s”. Give a reason to hand it over.") % words)


def _held(incident: Incident, role: str) -> RoleAssignment | None:
    return (
        RoleAssignment.objects.filter(incident=incident, role=role, ended_at__isnull=True)
        .select_related("person")
        .first()
    )


def _require_held(assignment: RoleAssignment) -> None:
    if assignment.ended_at is not None:
        raise Conflict(_("This role was ended before: %(reason)s") % {"reason": assignment.end_reason})


def _begin(
    incident: Incident, role: Role, person: User, *, by: User, at: datetime, replaced: RoleAssignment | None
) -> RoleAssignment:
    made = RoleAssignment.objects.create(
        incident=incident,
        role=role,
        person=person,
        assigned_by=by,
        started_at=at,
        accepted_at=at if person == by else None,
    )
    text = _("%(role)s: %(person)s, in place of %(former)s.") if replaced else _("%(role)s: %(person)s.")
    _enter(incident, text, made, by=by, at=at, former=replaced.person.name if replaced else "")
    return made


def _end(assignment: RoleAssignment, *, at: datetime, reason: str) -> None:
    assignment.ended_at, assignment.end_reason = max(at, assignment.started_at), reason
    assignment.save()


def _enter(
    incident: Incident, text: str, assignment: RoleAssignment, *, by: User, at: datetime, former: str = ""
) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.ROLE,
        text=text % {"person": assignment.person.name, "role": Role(assignment.role).label, "former": former},
        by=by,
        at=at,
        data={"assignment": assignment.pk, "role": assignment.role, "person": assignment.person_id},
    )
