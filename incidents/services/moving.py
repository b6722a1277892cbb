"""Taking an incident from one state to the next: one transition table, one set of gates, one record of both."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.gates import GateFacts, Unmet
from incidents.lifecycle import MERGE, NEEDS_REASON, TABLE
from incidents.models import Incident, Passage
from incidents.policies.incidents import may_move, may_override_gate
from incidents.services import passing, retention_due, room
from incidents.services.gating import Step, facts_for, options, unmet_for
from incidents.services.merging import merge
from incidents.services.promoting import promote
from incidents.services.readying import follow_readiness
from incidents.services.recovering import ask_recovery, confirm_baseline
from incidents.services.wording import optional
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User

__all__ = [
    "Step",
    "ask_recovery",
    "confirm_baseline",
    "facts_for",
    "merge",
    "move",
    "options",
    "promote",
]


def move(
    incident: Incident,
    verb: str,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    override: bool = False,
    review_approved: bool = False,
    open_actions: int = 0,
) -> Passage:
    """Take one step. Conditions that are not met are a Conflict naming them all, unless they are overridden
    by somebody who may, with a reason. Closing needs to know what the reviews say.
    """
    if verb == MERGE:
        raise ValidationError({"into": _("Name the incident that this one becomes part of.")})
    if all(transition.verb != verb for transition in TABLE.transitions):
        raise Conflict(_("An incident has no step called “%(verb)s”.") % {"verb": verb[:40]})
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_override_gate if override else may_move, by, locked, *(() if override else (verb,)))
        transition = passing.find(locked, verb)
        facts = facts_for(locked, at, by=by, review_approved=review_approved, open_actions=open_actions)
        overridden = _gated(locked, verb, facts, by=by, override=override)
        why = optional("reason", reason)
        if not why and (overridden or verb in NEEDS_REASON):
            raise ValidationError({"reason": _("Say why. It stays in the record with your name.")})
        passage = passing.pass_to(locked, transition, by=by, at=at, reason=why, overridden=overridden)
        room.save(locked)
        follow_readiness(locked, at=at)
        if verb in retention_due.ENDS.values():
            retention_due.begin(locked, at=at)
        return passage


def _gated(incident: Incident, verb: str, facts: GateFacts, *, by: User, override: bool) -> list[str]:
    """The sentences that are overridden; refuses what may not be."""
    unmet = unmet_for(incident, verb, facts)
    standing = tuple(condition for condition in unmet if not (override and condition.overridable))
    if standing:
        raise Conflict(" ".join(condition.sentence for condition in standing), code="gate-not-met")
    if not unmet:
        require(may_move, by, incident, verb)
    _require_override(unmet, incident, by)
    return [condition.sentence for condition in unmet]


def _require_override(unmet: tuple[Unmet, ...], incident: Incident, by: User) -> None:
    if unmet:
        require(may_override_gate, by, incident, [condition.key for condition in unmet])
