"""Taking containment back: asked for by one person, agreed to by another, step by step."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.gates import Unmet, release_unmet
from incidents.lifecycle import SLIP_BACK, State
from incidents.models import ContainmentAction
from incidents.policies import containment as policies
from incidents.policies.incidents import may_override_gate
from incidents.services import passing, room
from incidents.services.carried_out import enter, found_again, openly
from incidents.services.readying import follow_readiness
from incidents.services.returning import open_criteria
from incidents.services.telling import holders_in, owners_of, staff, tell_people
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Restriction, Role, User
from registry.services import restrictions

Status = ContainmentAction.Status


def ask_revert(action: ContainmentAction, *, by: User, at: datetime, reason: str) -> ContainmentAction:
    """Ask to take a containment back; `reason` says what shows that it is safe. A second person has to agree."""
    with room.entered(action.incident, by=by, reason=reason) as locked:
        found = found_again(action)
        require(policies.may_revert, by, found)
        room.require_active(locked, State.RESOLVED)
        limiting = _in_force(found)
        why = required("reason", reason)
        restrictions.ask_release(limiting, by=by, at=at, reason=openly(locked))
        found.revert_reason = why
        found.save()
        enter(locked, found, _("Asked to take back: %(option)s. %(words)s"), words=why, by=by, at=at)
        room.touch(locked)
        tell_people(
            locked,
            [*holders_in(locked), *owners_of(locked), *staff(Role.RISK)],
            event=f"loosening-{action.pk}-{at:%Y%m%d%H%M%S}",
            subject=_("%(incident)s: agree to take back %(option)s?")
            % {"incident": locked.reference, "option": found.option.name},
            body=why,
            at=at,
            by=by,
        )
        return found


def keep(action: ContainmentAction, *, by: User, at: datetime, note: str) -> ContainmentAction:
    """Decline to take it back: it stays in force. Whoever asked may do so too."""
    with room.entered(action.incident, by=by, reason=note) as locked:
        found = found_again(action)
        require(policies.may_revert, by, found)
        words = required("note", note)
        restrictions.decline_release(_in_force(found), by=by, at=at, note=openly(locked))
        found.revert_reason = ""
        found.save()
        enter(locked, found, _("Stays in force: %(option)s. %(words)s"), words=words, by=by, at=at)
        room.touch(locked)
        return found


def revert(
    action: ContainmentAction, *, by: User, at: datetime, note: str, override: bool = False
) -> ContainmentAction:
    """Agree, as a second person, to take a containment back; what else is in force stays.

    The last step, after which the workflow runs as before, needs the criteria of its playbook, or somebody who may
    override them. Without any left that is confirmed, a contained incident is open again. While it recovers, taking
    containment back is the way to normal and changes no state.
    """
    with room.entered(action.incident, by=by, reason=note) as locked:
        found = found_again(action)
        require(policies.may_agree_to_revert, by, found)
        room.require_active(locked, State.RESOLVED)
        words = required("note", note)
        if unmet := in_the_way(found):
            sentences = " ".join(condition.sentence for condition in unmet)
            if not override:
                raise Conflict(sentences, code="gate-not-met")
            require(may_override_gate, by, locked, [condition.key for condition in unmet])
            words += " " + _("Overridden: %(conditions)s") % {"conditions": sentences}
        restrictions.release(_in_force(found), by=by, at=at, note=openly(locked))
        found.status = Status.REVERTED
        found.reverted_by, found.reverted_at = by, at
        found.save()
        enter(locked, found, _("Taken back: %(option)s. %(words)s"), words=words, by=by, at=at)
        left = ContainmentAction.objects.filter(incident=locked, status=Status.CONFIRMED).exists()
        if locked.state == State.CONTAINED and not left:
            slip = passing.find(locked, SLIP_BACK)
            passing.pass_to(locked, slip, by=by, at=at, reason=_("The last confirmed containment was taken back."))
        room.save(locked)
        follow_readiness(locked, at=at)
        return found


def in_the_way(action: ContainmentAction) -> tuple[Unmet, ...]:
    """The criteria of the playbook, where taking this back is the last step to running as before."""
    others = Restriction.objects.in_force().filter(workflow=action.workflow_id).exclude(action=action)
    return () if others.exists() else release_unmet(open_criteria(action.incident, action.workflow))


def _in_force(action: ContainmentAction) -> Restriction:
    if action.restriction is None or not action.restriction.is_in_force:
        raise Conflict(
            _("“%(option)s” is “%(status)s” by now.")
            % {"option": action.option.name, "status": action.get_status_display()}
        )
    return action.restriction
