"""The life of a post-incident review: started, written, submitted, decided by another person, reopened."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident, Moment, TimelineEntry
from incidents.services import timeline
from incidents.services.duties import duties_of
from incidents.services.readying import follow_readiness
from incidents.times import TimeKind
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict, Stale
from registry.kernel.notify.tell import tell
from registry.kernel.transitions import TransitionRefused
from registry.models import Role, User
from reviews.completeness import ActionFacts, ReviewFacts, missing
from reviews.lifecycle import REVIEW_TABLE, ActionState, ReviewState
from reviews.models import Review
from reviews.policies import reviews as policies

ANSWERS = (
    "what_happened",
    "causes",
    "root_cause",
    "detection",
    "first_signal",
    "containment",
    "blast_radius",
    "controls",
    "went_well",
)
"""What the author writes, in the order of the form."""


def start(incident: Incident, *, by: User, at: datetime) -> Review:
    """The review of `incident`, begun now unless it was begun before."""
    with transaction.atomic(), acting(user_id=by.pk):
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        existing = Review.objects.filter(incident=incident).first()
        if existing is not None:
            return existing
        require(policies.may_start, by, incident)
        review = Review.objects.create(
            incident=incident, author=by, started_at=at, due_date=due_date_of(incident, at=at)
        )
        _on_timeline(review, _("Review started"), by=by, at=at)
    return review


def due_date_of(incident: Incident, *, at: datetime) -> date | None:
    """By when the severity wants the review, counted from when the incident was resolved (or from now)."""
    duties = duties_of(incident, at)
    if duties is None or duties.review_days is None:
        return None
    resolved = Moment.objects.filter(incident=incident, kind=TimeKind.RESOLVED).order_by("-id").first()
    return timezone.localdate(resolved.at if resolved else at) + timedelta(days=duties.review_days)


def save_answers(review: Review, *, by: User, at: datetime, opened_version: int | None, **answers: Any) -> Review:
    """Keep what was written. Raises `Stale` when somebody saved since version `opened_version`."""
    if unknown := set(answers) - set(ANSWERS):
        raise TypeError(f"A review has no answer {sorted(unknown)}.")
    with transaction.atomic(), acting(user_id=by.pk):
        review = _locked(review)
        require(policies.may_write, by, review)
        changed = {name: value for name, value in answers.items() if getattr(review, name) != value}
        if changed and opened_version is not None and opened_version != review.version:
            raise Stale(current=review, differences=_differences(review, changed))
        if not changed:
            return review
        for name, value in changed.items():
            setattr(review, name, value)
        _save(review)
    return review


def lacking(review: Review) -> list[str]:
    """What the review still lacks before it may be submitted or approved, one sentence each."""
    actions = review.actions.exclude(state=ActionState.CANCELLED).order_by("id")
    return missing(
        ReviewFacts(
            what_happened=review.what_happened,
            timeline_entries=TimelineEntry.objects.filter(incident_id=review.incident_id).count(),
            causes=len(review.causes),
            detection=review.detection,
            containment=review.containment,
            blast_radius=review.blast_radius,
            controls=review.controls,
            first_signal=review.first_signal,
            actions=tuple(
                ActionFacts(action.title, has_owner=True, due_date=action.due_date, category=action.category)
                for action in actions
            ),
        )
    )


def submit(review: Review, *, by: User, at: datetime) -> Review:
    """Hand it to a second person. Raises `ValidationError` with everything that is missing."""
    with transaction.atomic(), acting(user_id=by.pk):
        review = _locked(review)
        target = _target(review, "submit")
        require(policies.may_submit, by, review)
        if sentences := lacking(review):
            raise ValidationError(sentences)
        review.status, review.submitted_by, review.submitted_at = target, by, at
        review.decided_by = review.decided_at = None
        review.decision_note = ""
        _save(review)
        _on_timeline(review, _("Review submitted for approval"), by=by, at=at)
        _ask_for_a_decision(review, at=at)
    return review


def decide(review: Review, *, by: User, at: datetime, approve: bool, note: str) -> Review:
    """Approve it, or return it with what should change; by somebody who neither wrote nor submitted it."""
    verb = "approve" if approve else "return"
    with transaction.atomic(), acting(user_id=by.pk, reason=note):
        review = _locked(review)
        target = _target(review, verb)
        require(policies.may_decide, by, review)
        if not approve and not note.strip():
            raise ValidationError({"note": _("Say what should change.")})
        if approve and (sentences := lacking(review)):
            raise ValidationError(sentences)
        review.status, review.decided_by, review.decided_at, review.decision_note = target, by, at, note
        _save(review)
        follow_readiness(review.incident, at=at)
        _on_timeline(review, _("Review approved") if approve else _("Review returned for changes"), by=by, at=at)
        _tell_the_decision(review, at=at)
    return review


def reopen(review: Review, *, by: User, at: datetime, reason: str) -> Review:
    """Begin a new version. What was approved stays in the history."""
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        review = _locked(review)
        target = _target(review, "reopen")
        require(policies.may_reopen, by, review)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is opened again.")})
        review.status = target
        review.submitted_by = review.submitted_at = review.decided_by = review.decided_at = None
        review.decision_note = ""
        _save(review)
        follow_readiness(review.incident, at=at)
        _on_timeline(review, _("Review reopened: %(reason)s") % {"reason": reason}, by=by, at=at)
    return review


def _locked(review: Review) -> Review:
    return Review.objects.select_for_update(of=("self",)).select_related("incident", "author").get(pk=review.pk)


def _target(review: Review, verb: str) -> ReviewState:
    try:
        return ReviewState(REVIEW_TABLE.find(verb, review.status).target)
    except TransitionRefused as refused:
        raise Conflict(refused.reason) from refused


def _save(review: Review) -> None:
    review.version += 1
    review.save()


def _differences(review: Review, typed: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        str(Review._meta.get_field(name).verbose_name): (_words(getattr(review, name)), _words(value))  # type: ignore[union-attr]
        for name, value in typed.items()
    }


def _words(value: Any) -> str:
    return ", ".join(str(Review.Cause(part).label) for part in value) if isinstance(value, list) else str(value)


def _on_timeline(review: Review, text: str, *, by: User, at: datetime) -> None:
    timeline.automatic(
        review.incident, kind=TimelineEntry.Kind.REVIEW, text=text, by=by, at=at, data={"review": review.pk}
    )


def _ask_for_a_decision(review: Review, *, at: datetime) -> None:
    for person in User.objects.with_role(Role.RISK).exclude(pk__in=[review.author_id, review.submitted_by_id]):
        tell(
            key=f"review-submitted-{review.pk}-{review.version}-{person.pk}",
            kind="REVIEW_SUBMITTED",
            recipient=person,
            subject=_("The review of %(incident)s waits for approval") % {"incident": review.incident.reference},
            body=_("%(name)s has submitted the review of “%(title)s”. Read it, then approve or return it.")
            % {"name": review.submitted_by, "title": review.incident.title},
            at=at,
            url=review.get_absolute_url(),
            about=review,
        )


def _tell_the_decision(review: Review, *, at: datetime) -> None:
    approved = review.status == ReviewState.APPROVED
    subject = _("Approved: the review of %(incident)s") if approved else _("Returned: the review of %(incident)s")
    for person in User.objects.active().filter(pk__in=[review.author_id, review.submitted_by_id]):
        tell(
            key=f"review-decided-{review.pk}-{review.version}-{person.pk}",
            kind="REVIEW_DECIDED",
            recipient=person,
            subject=subject % {"incident": review.incident.reference},
            body=review.decision_note or _("No note was left."),
            at=at,
            url=review.get_absolute_url(),
            about=review,
        )
