"""Deciding who sees an incident: everyone who is signed in, or the people named in it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, RoomAccess, TimelineEntry
from incidents.policies.incidents import may_restrict
from incidents.services import room, timeline
from incidents.services.carried_out import openly, told_reference
from incidents.services.readying import follow_readiness
from incidents.services.telling import tell_people
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Restriction, User
from registry.services import restrictions

Visibility = Incident.Visibility


def restrict(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """From now on only people with a role, people let in, the declarer, risk staff and auditors see it."""
    return _show(incident, Visibility.RESTRICTED, _("Restricted: %(reason)s"), by=by, at=at, reason=reason)


def lift(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """Everyone who is signed in sees it again."""
    return _show(incident, Visibility.NORMAL, _("No longer restricted: %(reason)s"), by=by, at=at, reason=reason)


def let_in(incident: Incident, *, person: User, by: User, at: datetime, reason: str) -> RoomAccess:
    """Let one person see a restricted incident."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_restrict, by, locked)
        if not locked.is_restricted:
            raise Conflict(_("This incident is not restricted; everyone who is signed in sees it."))
        if not person.is_active:
            raise ValidationError(
                {"person": _("%(person)s no longer has an active account.") % {"person": person.name}}
            )
        why = required("reason", reason, limit=300)
        access, is_new = RoomAccess.objects.get_or_create(
            incident=locked, user=person, defaults={"granted_by": by, "granted_at": at, "reason": why}
        )
        if not is_new:
            raise Conflict(_("%(person)s was let in before.") % {"person": person.name})
        _enter(locked, _("%(person)s was let in: %(reason)s") % {"person": person.name, "reason": why}, by=by, at=at)
        room.touch(locked)
        tell_people(locked, [person], event=f"let-in-{access.pk}", subject="", body="", at=at, by=by)
        return access


def _show(incident: Incident, visibility: Visibility, text: str, *, by: User, at: datetime, reason: str) -> Incident:
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_restrict, by, locked)
        if locked.visibility == visibility:
            raise Conflict(_("That is so already: %(visibility)s.") % {"visibility": visibility.label})
        why = required("reason", reason)
        locked.visibility = visibility
        room.save(locked)
        for restriction in Restriction.objects.filter(action__incident=locked):
            restrictions.refer(restriction, told_reference(locked), by=by, reason=openly(locked))
        follow_readiness(locked, at=at)
        _enter(locked, text % {"reason": why}, by=by, at=at)
        return locked


def _enter(incident: Incident, text: str, *, by: User, at: datetime) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.STATE,
        text=text,
        by=by,
        at=at,
        data={"visibility": incident.visibility},
    )
