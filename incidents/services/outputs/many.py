"""Deciding many outputs at once, with one reason, after having seen how many it will be."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from incidents.affected import Decision, Remedy
from incidents.lifecycle import State
from incidents.models import AffectedOutput, Incident, OutputShare, TimelineEntry
from incidents.policies import outputs as policies
from incidents.services import room, timeline
from incidents.services.outputs.deciding import checked
from incidents.services.outputs.tallying import recount
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.audit.alike import change_all
from registry.kernel.http.errors import Conflict
from registry.models import User

Rows = QuerySet[AffectedOutput]
TOLD_FROM = 20
"""From this many on a decision about many stands in the timeline."""


def decide_many(
    incident: Incident,
    rows: Rows,
    *,
    by: User,
    at: datetime,
    decision: str,
    reason: str,
    moved: str | None = None,
    remedy: str | None = None,
    expected: int | None = None,
) -> int:
    """Decide those of `rows` that this person may decide so; how many. What is None stays as it stands in each.

    `expected` is the number that was shown before: another one now is a conflict, and nothing is decided.
    """
    with room.entered(incident, by=by, reason=reason) as locked:
        require(policies.may_decide, by, locked)
        room.require_active(locked, State.RESOLVED)
        why = required("reason", reason, limit=500)
        values = _values(decision, moved, remedy, why)
        ready = eligible(rows.filter(incident=locked), by=by, values=values)
        _refuse_other_number(ready.count(), expected)
        values |= {"decided_by": by, "decided_at": at}
        second = change_all(ready.filter(decision=Decision.AMBIGUOUS), **values, first_by=F("decided_by"))
        number = second + change_all(ready.exclude(decided_at=at), **values)
        OutputShare.objects.filter(incident=locked).exclude(output__decision=Decision.UNDECIDED).delete()
        recount(locked, by=by, at=at)
        if number >= TOLD_FROM:
            words = {"n": number, "decision": Decision(decision).label, "reason": why}
            text = _("%(n)d outputs decided at once: %(decision)s. %(reason)s") % words
            timeline.automatic(locked, kind=TimelineEntry.Kind.OUTPUTS, text=text, by=by, at=at, data={"count": number})
            room.touch(locked)
        return number


def eligible(rows: Rows, *, by: User, values: dict[str, Any]) -> Rows:
    """Those that `affected.refusal` lets this person decide so, a reason being given, and that would change."""
    decision = values["decision"]
    same = Q(**{name: values[name] for name in ("decision", "moved", "remedy") if name in values})
    ambiguous = Q(decision=Decision.AMBIGUOUS)
    allowed = Q(remedied_at__isnull=True) & (Q(first_by__isnull=True) | ~Q(first_by=by))
    settled = Q(decision__in=[Decision.AFFECTED, Decision.UNAFFECTED]) & ~same
    second_look = ambiguous & ~Q(decided_by=by) if decision != Decision.AMBIGUOUS else Q(pk__in=[])
    return rows.filter(allowed & (Q(decision=Decision.UNDECIDED) | second_look | settled))


def _values(decision: str, moved: str | None, remedy: str | None, reason: str) -> dict[str, Any]:
    if decision == Decision.UNDECIDED:
        raise ValidationError({"decision": _("Say affected, ambiguous or unaffected.")})
    values: dict[str, Any] = checked(decision, moved or "UNKNOWN", remedy or Remedy.NONE, reason)
    if decision != Decision.AFFECTED:
        if remedy not in (None, "", Remedy.NONE):
            raise ValidationError({"remedy": _("Only what is affected is put right.")})
    elif not remedy:
        del values["remedy"]
    if not moved:
        del values["moved"]
    return values


def preview(rows: Rows, *, by: User, decision: str, moved: str | None = None, remedy: str | None = None) -> int:
    """How many `decide_many` would decide."""
    return eligible(rows, by=by, values=_values(decision, moved, remedy, "–")).count()


def _refuse_other_number(number: int, expected: int | None) -> None:
    if not number:
        raise Conflict(_("None of these would change, or none is yours to decide."))
    if expected is not None and number != expected:
        words = {"now": number, "then": expected}
        raise Conflict(_("It would be %(now)d outputs now, and %(then)d were shown. Look again.") % words)
