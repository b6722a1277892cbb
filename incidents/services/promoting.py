"""Making an incident of a near miss or a quality issue that turned out to be more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.lifecycle import ACCEPT, State
from incidents.models import Incident
from incidents.policies.incidents import has_lead, may_work
from incidents.services import passing, room, times
from incidents.services.gating import facts_for, unmet_for
from incidents.services.people import take_lead
from incidents.services.severity import inputs_from, judge
from incidents.services.telling import callers_for, owners_of, tell_people
from incidents.services.wording import required
from incidents.times import TimeKind
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Role, User


def promote(
    incident: Incident, *, by: User, at: datetime, inputs: Mapping[str, Any] | None = None, reason: str
) -> Incident:
    """An open incident with a proposed severity. A responder or risk staff who promotes leads it, if nobody does."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_work, by, locked)
        if locked.category == Incident.Category.INCIDENT:
            raise Conflict(_("%(incident)s is an incident already.") % {"incident": locked.reference})
        if locked.state != State.TRIAGE:
            raise Conflict(
                _("%(incident)s is “%(state)s”. Reopen it first.")
                % {"incident": locked.reference, "state": State(locked.state).label}
            )
        why = required("reason", reason)
        if not has_lead(locked) and by.has(Role.RESPONDER, Role.RISK):
            take_lead(locked, by=by, at=at)
        locked.category = Incident.Category.INCIDENT
        if unmet := unmet_for(locked, ACCEPT, facts_for(locked, at, by=by)):
            raise Conflict(" ".join(condition.sentence for condition in unmet), code="gate-not-met")
        judge(locked, by=by, at=at, known=inputs_from(inputs if inputs is not None else {"unsure": True}))
        times.mark(locked, TimeKind.DECLARED, at=at, by=by)
        passing.pass_to(locked, passing.find(locked, ACCEPT), by=by, at=at, reason=why)
        room.save(locked)
        tell_people(
            locked,
            [*owners_of(locked), *callers_for(locked)],
            event="declared",
            subject=_("%(severity)s declared: %(title)s") % {"severity": locked.severity, "title": locked.title},
            body=locked.summary,
            at=at,
            by=by,
        )
        return locked
