"""The incident summary: what an executive or a regulator reads first, on one or two pages."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import ContainmentAction, EvidenceRequest, Incident, Obligation
from incidents.reports import course, identity, proof
from incidents.reports.identity import coded, name_of
from registry.models import User
from registry.reports import past
from reviews.lifecycle import ActionState
from reviews.models import ActionItem, Review
from reviews.reports.heading import heading

SCHEMA = "holdfast.incident-summary/1"
KEPT = ("reference", "title", "kind", "class", "state", "severity", "is_exercise", "summary", "workflows")
HELD = (ContainmentAction.Status.EXECUTED, ContainmentAction.Status.CONFIRMED)
SETTLED = (ActionState.VERIFIED, ActionState.EFFECTIVE, ActionState.CANCELLED, ActionState.RISK_ACCEPTED)


def incident_summary(
    incident: Incident, *, number: str, version: int, by: User, at: datetime, known_at: datetime | None = None
) -> dict[str, Any]:
    """As the record is now or, with `known_at`, as it was known then; who may read it is said as of now."""
    readers = (incident.visibility, incident.get_visibility_display())
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    with past.perhaps(known_at):
        found = Incident.objects.get(pk=incident.pk) if known_at else incident
        return head | _record(found, as_of=known_at or at)


def _record(incident: Incident, *, as_of: datetime) -> dict[str, Any]:
    whole = identity.identity(incident)
    obligations = list(incident.obligations.select_related("owner", "settled_by").order_by("due_at", "id"))
    actions = list(ActionItem.objects.filter(incident=incident).select_related("assignee").order_by("due_date", "id"))
    owed = [*_notices(obligations), *_evidence(incident), *_updates(incident), *_review(incident), *_changes(actions)]
    return {
        "incident": {
            **{name: whole[name] for name in KEPT},
            "times": whole["times"],
            "durations": whole["durations"],
            "harm": incident.harm_seen,
            "facts": whole["facts"],
            "lead": next((held["name"] for held in whole["roles"] if not held["to_at"]), None),
        },
        "severity": _severity(incident),
        "state": _state(incident),
        "containment": _containment(incident),
        "obligations": proof.obligations(incident),
        "owed": [_dated(row, as_of) for row in sorted(owed, key=lambda row: str(row["due"] or "9999"))],
        "actions": _counts(actions, as_of),
    }


def _severity(incident: Incident) -> dict[str, Any] | None:
    """The judgement in force, and how many there were."""
    judged = course.severity_history(incident)
    return {**judged[-1], "count": len(judged)} if judged else None


def _state(incident: Incident) -> dict[str, Any]:
    last = incident.passages.select_related("by").order_by("-id").first()
    return {
        "label": str(incident.get_state_display()),
        "since": last.at if last else incident.declared_at,
        "by": last.by.name if last else name_of(incident.declared_by),
        "reason": (last.reason if last else "") or None,
        "is_active": incident.is_active,
    }


def _containment(incident: Incident) -> list[dict[str, Any]]:
    """What still holds first, then what was taken back or had no effect."""
    rows = incident.containment_actions.select_related("option", "workflow").order_by("id")
    told = [
        {
            "option": row.option.name,
            "kind": str(row.option.get_kind_display()),
            "workflow": f"{row.workflow.reference} {row.workflow.name}",
            "status": str(row.get_status_display()),
            "is_in_force": row.status in HELD,
            "executed_at": row.executed_at,
            "confirmed_at": row.confirmed_at,
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: not row["is_in_force"])


def _owed(code: str, what: str, who: str | None, due: date | None) -> dict[str, Any]:
    return {**coded(code, what), "who": who, "due": due}


def _dated(owed: dict[str, Any], at: datetime) -> dict[str, Any]:
    """With whether it is late. A date lasts until its day ends."""
    due = owed["due"]
    late = due is not None and (due < at if isinstance(due, datetime) else due < at.date())
    return {**owed, "is_late": late}


def _notices(obligations: list[Obligation]) -> list[dict[str, Any]]:
    still_open = [row for row in obligations if row.status == Obligation.Status.OPEN]
    return [_owed("NOTICE", _told(row.name, row.authority), name_of(row.owner), row.due_at) for row in still_open]


def _evidence(incident: Incident) -> list[dict[str, Any]]:
    """Asked of people who have not answered."""
    rows = EvidenceRequest.objects.filter(incident=incident).waiting().select_related("person")
    words = _("Evidence: %(wanted)s")
    return [_owed("EVIDENCE", words % {"wanted": row.wanted}, row.person.name, row.due_at) for row in rows]


def _told(name: str, authority: str) -> str:
    return _("%(name)s, to %(authority)s") % {"name": name, "authority": authority} if authority else name


def _updates(incident: Incident) -> list[dict[str, Any]]:
    if incident.next_update_due_at is None or not incident.is_active:
        return []
    return [_owed("UPDATE", _("Next internal update"), None, incident.next_update_due_at)]


def _review(incident: Incident) -> list[dict[str, Any]]:
    if incident.category != Incident.Category.INCIDENT:
        return []
    review = Review.objects.select_related("author").filter(incident=incident).order_by("-id").first()
    if review is not None and review.status == Review.Status.APPROVED:
        return []
    words = _("Post-incident review") if review is None else _("Post-incident review, to be approved")
    return [_owed("REVIEW", words, name_of(review.author) if review else None, None)]


def _changes(actions: list[ActionItem]) -> list[dict[str, Any]]:
    return [
        _owed("ACTION", f"{row.reference} {row.title}", row.assignee.name, row.due_date)
        for row in actions
        if row.state not in SETTLED
    ]


def _counts(actions: list[ActionItem], at: datetime) -> dict[str, int]:
    return {
        "all": len(actions),
        "open": sum(row.state not in SETTLED for row in actions),
        "overdue": sum(row.is_overdue(at.date()) for row in actions),
    }
