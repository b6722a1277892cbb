"""The incident report: everything the record says about one incident at one moment."""

from datetime import date, datetime
from typing import Any

from incidents.models import Incident
from incidents.reports import course, identity, proof
from registry.models import User
from registry.reports import past
from reviews.models import ActionItem, Review
from reviews.reports.heading import heading
from reviews.reports.owed_messages import owed_messages
from reviews.reports.trail import trail

SCHEMA = "holdfast.incident-report/1"

QUESTIONS = (
    "what_happened",
    "root_cause",
    "detection",
    "first_signal",
    "containment",
    "blast_radius",
    "controls",
    "went_well",
)


def incident_report(
    incident: Incident, *, number: str, version: int, by: User, at: datetime, known_at: datetime | None = None
) -> dict[str, Any]:
    """As the record is now or, with `known_at`, as it was known then; who may read it is said as of now."""
    readers = (incident.visibility, incident.get_visibility_display())
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    with past.perhaps(known_at):
        found = Incident.objects.get(pk=incident.pk) if known_at else incident
        return head | _record(found, as_of=known_at or at)


def _record(incident: Incident, *, as_of: datetime) -> dict[str, Any]:
    return {
        "incident": identity.identity(incident),
        "severity_history": course.severity_history(incident),
        "timeline": course.timeline(incident),
        "containment": course.containment(incident),
        "transitions": course.transitions(incident),
        "snapshot": course.snapshot(incident),
        "evidence": proof.evidence(incident),
        "evidence_requests": proof.requests(incident),
        "updates": proof.updates(incident),
        "communications": proof.communications(incident),
        "owed_messages": owed_messages(incident, as_of),
        "obligations": proof.obligations(incident),
        "review": _review(incident),
        "actions": [_action(action, as_of.date()) for action in _actions(incident)],
        "audit": trail(incident),
    }


def _review(incident: Incident) -> dict[str, Any] | None:
    review = Review.objects.select_related("author", "decided_by").filter(incident=incident).first()
    if review is None:
        return None
    approved = review.status == Review.Status.APPROVED
    causes = ", ".join(str(Review.Cause(cause).label) for cause in review.causes)
    answers = [{"question": label_of(name), "answer": getattr(review, name)} for name in QUESTIONS]
    answers.insert(1, {"question": label_of("causes"), "answer": causes})
    return {
        "state": str(review.get_status_display()),
        "held_at": review.started_at,
        "facilitator": review.author.name,
        "participants": [],
        "answers": answers,
        "written_by": review.author.name,
        "approved_by": identity.name_of(review.decided_by) if approved else None,
        "approved_at": review.decided_at if approved else None,
        "approval_note": review.decision_note or None,
    }


def label_of(name: str) -> str:
    return str(next(field.verbose_name for field in Review._meta.concrete_fields if field.name == name))


def _actions(incident: Incident) -> Any:
    return (
        ActionItem.objects.filter(incident=incident)
        .select_related("assignee", "verified_by")
        .prefetch_related("extensions__asked_by", "extensions__decided_by", "chase_steps__recipient")
        .order_by("due_date", "id")
    )


def _action(action: ActionItem, today: date) -> dict[str, Any]:
    return {
        "reference": action.reference,
        "title": action.title,
        "category": str(action.get_category_display()),
        "owner": action.assignee.name,
        "due_date": action.due_date,
        "state": "Overdue" if action.is_overdue(today) else str(action.get_state_display()),
        "proof": action.proof or None,
        "verified_by": identity.name_of(action.verified_by),
        "verified_at": action.verified_at,
        "extensions": [
            {
                "asked_by": extension.asked_by.name,
                "asked_at": extension.asked_at,
                "due_date": extension.new_due_date,
                "reason": extension.reason,
                "approved_by": identity.name_of(extension.decided_by) if extension.is_granted else None,
            }
            for extension in action.extensions.all()
        ],
        "notices": [
            {"step": step.step, "to": step.recipient.name if step.recipient else step.rung, "sent_at": step.taken_at}
            for step in action.chase_steps.all()
            if step.notice_id is not None
        ],
    }
