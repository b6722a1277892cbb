"""Deciding one output: affected, ambiguous or unaffected, whether it moved on, and what puts it right."""

import copy
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.affected import Decision, Moved, Remedy, refusal
from incidents.lifecycle import State
from incidents.models import AffectedOutput, Incident, OutputShare
from incidents.policies import outputs as policies
from incidents.services import room
from incidents.services.outputs.tallying import follow
from incidents.services.wording import chosen, optional
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User

UNDO_WITHIN: Final = timedelta(minutes=10)
DECIDED = ("decision", "moved", "remedy", "decided_by_id", "decided_at", "reason", "first_by_id")
"""What a decision changes, and what taking it back puts back."""


def decide(
    output: AffectedOutput,
    *,
    by: User,
    at: datetime,
    decision: str,
    moved: str = Moved.UNKNOWN,
    remedy: str = Remedy.NONE,
    reason: str = "",
    seen: str | None = None,
) -> AffectedOutput:
    """`seen` is the decision that stood there when the person looked; another one by now is a conflict."""
    with room.entered(output.incident, by=by, reason=reason) as locked:
        row = _read(output, locked)
        require(policies.may_decide, by, locked)
        room.require_active(locked, State.RESOLVED)
        _refuse_overtaken(row, seen)
        values = checked(decision, moved, remedy, reason)
        if sentence := refusal(
            row.standing, by=by.pk, decision=decision, remedy=remedy, has_reason=bool(values["reason"])
        ):
            raise Conflict(sentence)
        before = copy.copy(row)
        row.first_by_id = row.decided_by_id if row.decision == Decision.AMBIGUOUS else row.first_by_id
        for name, value in values.items():
            setattr(row, name, value)
        row.decided_by, row.decided_at = by, at
        row.save()
        OutputShare.objects.filter(output=row).delete()
        follow(locked, before, row, by=by, at=at)
        return row


def undo(output: AffectedOutput, *, by: User, at: datetime) -> AffectedOutput:
    """Take back one's own decision while it is fresh; what stood there before stands there again."""
    with room.entered(output.incident, by=by, reason=_("Decision taken back")) as locked:
        row = _read(output, locked)
        require(policies.may_decide, by, locked)
        if not may_undo(row, by=by, at=at):
            raise Conflict(_("Only your own decision of the last ten minutes can be taken back."))
        if row.remedied_at is not None:
            raise Conflict(_("This was put right already, so the decision stands."))
        history: Any = row.history
        own = history.filter(decided_at=row.decided_at).earliest("history_id")
        earlier = history.filter(history_id__lt=own.history_id).latest("history_id")
        before = copy.copy(row)
        for name in DECIDED:
            setattr(row, name, getattr(earlier, name))
        row.save()
        if row.decision == Decision.UNDECIDED:
            OutputShare.objects.create(output=row, incident=locked, person=by)
        follow(locked, before, row, by=by, at=at)
        return row


def may_undo(row: AffectedOutput, *, by: User, at: datetime) -> bool:
    return row.decided_by_id == by.pk and row.decided_at is not None and row.decided_at > at - UNDO_WITHIN


def checked(decision: str, moved: str, remedy: str, reason: str) -> dict[str, str]:
    """The values as they are stored. Raises ValidationError by the field."""
    if not decision:
        raise ValidationError({"decision": _("Say affected, ambiguous or unaffected.")})
    return {
        "decision": chosen("decision", decision, Decision),
        "moved": chosen("moved", moved, Moved),
        "remedy": chosen("remedy", remedy, Remedy),
        "reason": optional("reason", reason, limit=500),
    }


def _read(output: AffectedOutput, locked: Incident) -> AffectedOutput:
    row = AffectedOutput.objects.select_related("decided_by").get(pk=output.pk)
    row.incident = locked
    return row


def _refuse_overtaken(row: AffectedOutput, seen: str | None) -> None:
    if seen is not None and seen != row.decision:
        words = {"id": row.ref, "who": row.decided_by or "–", "what": row.get_decision_display()}
        raise Conflict(_("%(id)s was decided meanwhile by %(who)s: %(what)s.") % words)
