"""Containment carried out: executed, confirmed by a person or found without effect."""

from datetime import datetime
from math import ceil

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.gates import snapshot_needed
from incidents.lifecycle import CONTAIN, Phase, PhaseStatus, State
from incidents.models import ContainmentAction, Incident, IncidentWorkflow
from incidents.policies import containment as policies
from incidents.services import passing, phases, room
from incidents.services.carried_out import enter, found_again, openly, told_reference
from incidents.services.readying import follow_readiness
from incidents.services.snapshots import snapshot
from incidents.services.telling import holders_in, owners_of, tell_people
from incidents.services.wording import required
from registry.containment_proof import Occasion
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import ContainmentOption, Restriction, User
from registry.models.restrictions import Source
from registry.policies.containment import may_prove
from registry.services import restrictions
from registry.services.containment import LONGEST_MINUTES, prove

__all__ = [
    "confirm",
    "execute",
    "fail",
    "snapshot",
]

Status = ContainmentAction.Status
IN_FORCE = (Status.EXECUTED, Status.CONFIRMED)


def execute(incident: Incident, option: ContainmentOption, *, by: User, at: datetime, reason: str) -> ContainmentAction:
    """Carry out an option: what it sets reaches the running workflow once this is committed, and not without it.

    What a rollback would destroy is frozen first. An option that sets nothing is done by hand and recorded here.
    """
    with room.entered(incident, by=by, reason=reason) as locked:
        chosen = ContainmentOption.objects.select_related("workflow").get(pk=option.pk)
        require(policies.may_execute, by, locked, chosen)
        room.require_active(locked)
        _check_option(locked, chosen)
        why = required("reason", reason)
        frozen = (
            snapshot(locked, chosen.workflow, at=at, occasion="BEFORE_ROLLBACK")
            if snapshot_needed(chosen.kind)
            else None
        )
        action = ContainmentAction.objects.create(
            incident=locked,
            workflow=chosen.workflow,
            option=chosen,
            reason=why,
            executed_by=by,
            executed_at=at,
            restriction=_restrict(locked, chosen, by=by, at=at),
        )
        phases.advance(locked, Phase.CONTAIN, PhaseStatus.ACTIVE, at=at)
        enter(
            locked, action, _("Carried out: %(option)s. %(words)s"), words=why, by=by, at=at,
            snapshot=frozen.pk if frozen else None,
        )  # fmt: skip
        room.touch(locked)
        tell_people(
            locked,
            [*holders_in(locked), *owners_of(locked)],
            event=f"containment-{action.pk}",
            subject=_("%(incident)s: %(option)s carried out") % {"incident": locked.reference, "option": chosen.name},
            body=f"{chosen.workflow.name}\n\n{why}",
            at=at,
            by=by,
        )
        return action


def confirm(action: ContainmentAction, *, by: User, at: datetime, proof: str) -> ContainmentAction:
    """The option did what it should; `proof` says how that is known. An open incident becomes contained."""
    with room.entered(action.incident, by=by, reason=proof) as locked:
        found = found_again(action)
        require(policies.may_confirm, by, found)
        room.require_active(locked, State.RESOLVED)
        _require_status(found, Status.EXECUTED)
        found.status, found.proof = Status.CONFIRMED, required("proof", proof)
        found.confirmed_by, found.confirmed_at = by, at
        found.save()
        enter(locked, found, _("Confirmed effective: %(option)s. %(words)s"), words=found.proof, by=by, at=at)
        _prove_option(locked, found, by=by, at=at)
        settle(locked, by=by, at=at)
        return found


def settle(incident: Incident, *, by: User, at: datetime) -> None:
    """Containment of a locked incident is confirmed: an open one becomes contained."""
    if incident.state == State.OPEN:
        passing.pass_to(incident, passing.find(incident, CONTAIN), by=by, at=at, reason=_("Containment confirmed."))
    room.save(incident)
    follow_readiness(incident, at=at)


def fail(action: ContainmentAction, *, by: User, at: datetime, proof: str) -> ContainmentAction:
    """The option had no effect; `proof` says how that is known."""
    with room.entered(action.incident, by=by, reason=proof) as locked:
        found = found_again(action)
        require(policies.may_confirm, by, found)
        room.require_active(locked, State.RESOLVED)
        _require_status(found, Status.EXECUTED)
        found.status, found.proof = Status.FAILED, required("proof", proof)
        found.save()
        if found.restriction is not None:
            restrictions.found_void(found.restriction, by=by, at=at, reason=openly(locked))
        enter(locked, found, _("Had no effect: %(option)s. %(words)s"), words=found.proof, by=by, at=at)
        room.touch(locked)
        return found


def _restrict(incident: Incident, option: ContainmentOption, *, by: User, at: datetime) -> Restriction:
    return restrictions.apply(
        option,
        by=by,
        at=at,
        reason=openly(incident),
        source=Source.DRILL if incident.is_exercise else Source.INCIDENT,
        incident_reference=told_reference(incident),
    )


def _check_option(incident: Incident, option: ContainmentOption) -> None:
    if not option.is_active:
        raise Conflict(_("“%(option)s” is marked as not available.") % {"option": option.name})
    if not IncidentWorkflow.objects.filter(incident=incident, workflow=option.workflow).exists():
        raise Conflict(
            _("“%(option)s” belongs to %(workflow)s, which this incident does not concern.")
            % {"option": option.name, "workflow": option.workflow.name}
        )
    earlier = ContainmentAction.objects.filter(
        Q(status__in=IN_FORCE) | (~Q(restriction__effect={}) & Q(restriction__released_at__isnull=True)),
        incident=incident,
        option=option,
        restriction__isnull=False,
    )
    if (running := earlier.select_related("executed_by").first()) is not None:
        raise Conflict(
            _("%(person)s carried out “%(option)s” already. Confirm it or take it back first.")
            % {"person": running.executed_by.name, "option": option.name}
        )


def _require_status(action: ContainmentAction, *wanted: Status) -> None:
    if action.status not in wanted:
        raise Conflict(
            _("“%(option)s” is “%(status)s” by now.")
            % {"option": action.option.name, "status": action.get_status_display()}
        )


def _prove_option(incident: Incident, action: ContainmentAction, *, by: User, at: datetime) -> None:
    """What worked in earnest counts as proof of the option, if this person may record one and none is newer."""
    newest = action.option.proven_at
    if not may_prove(by, action.option) or (newest is not None and newest > at):
        return
    took = ceil((at - action.executed_at).total_seconds() / 60)
    where = _("a restricted incident") if incident.is_restricted else incident.reference
    prove(
        action.option,
        by=by,
        at=at,
        how=_("Confirmed effective in %(incident)s") % {"incident": where},
        minutes=min(max(took, 0), LONGEST_MINUTES),
        occasion=occasion_of(incident),
    )


def occasion_of(incident: Incident) -> Occasion:
    return Occasion.DRILL if incident.is_exercise else Occasion.INCIDENT
