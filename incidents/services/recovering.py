"""The way back to normal: asked for by one person, approved by another, watched until the signals hold."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Incident, RoleAssignment, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.services import room, timeline, times
from incidents.services.telling import staff, tell_people
from incidents.services.wording import required
from incidents.times import TimeKind
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Role, User


def ask_recovery(incident: Incident, *, by: User, at: datetime, note: str) -> Incident:
    """Ask for the return to normal; `note` says how the mitigation was validated. Asking again replaces the request."""
    with room.entered(incident, by=by, reason=note) as locked:
        require(may_work, by, locked)
        _require_state(locked, State.CONTAINED, _("Recovery can be asked for once an incident is contained."))
        locked.recovery_asked_by, locked.recovery_asked_at = by, at
        locked.recovery_note = required("note", note)
        room.save(locked)
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.STATE,
            text=_("Return to normal asked for: %(note)s") % {"note": locked.recovery_note},
            by=by,
            at=at,
            data={"asked_by": by.pk},
        )
        lead = RoleAssignment.objects.filter(
            incident=locked, role=RoleAssignment.Role.LEAD, ended_at__isnull=True
        ).select_related("person").first()  # fmt: skip
        tell_people(
            locked,
            [lead.person if lead else None, *staff(Role.RISK)],
            event=f"recovery-asked-{locked.version}",
            subject=_("%(incident)s: approve the recovery") % {"incident": locked.reference},
            body=locked.recovery_note,
            at=at,
            by=by,
        )
        return locked


def confirm_baseline(incident: Incident, *, by: User, at: datetime, note: str) -> Incident:
    """Say that the signals are back; `note` says which, and where they stand. The first time counts as recovered."""
    with room.entered(incident, by=by, reason=note) as locked:
        require(may_work, by, locked)
        _require_state(
            locked, State.RECOVERING, _("Signals are confirmed at their baseline while an incident recovers.")
        )
        is_first = locked.baseline_confirmed_at is None
        locked.baseline_confirmed_by, locked.baseline_confirmed_at = by, at
        locked.baseline_note = required("note", note)
        room.save(locked)
        if is_first:
            times.mark(locked, TimeKind.RECOVERED, at=at, by=by)
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.STATE,
            text=_("Signals at baseline: %(note)s") % {"note": locked.baseline_note},
            by=by,
            at=at,
            data={"confirmed_by": by.pk},
        )
        return locked


def _require_state(incident: Incident, state: State, sentence: str) -> None:
    if incident.state != state:
        raise Conflict(sentence)
