"""Closing an incident: the gate asks about the review and the action items, which only this application knows."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.gates import Unmet, gate_unmet
from incidents.lifecycle import CLOSE
from incidents.models import Incident, Passage
from incidents.services import moving
from registry.models import User
from reviews.lifecycle import ActionState, ReviewState
from reviews.models import ActionItem, Review

SETTLED = (ActionState.VERIFIED, ActionState.EFFECTIVE, ActionState.CANCELLED)
TRACKED = (ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.DONE_CLAIMED)


def close(incident: Incident, *, by: User, at: datetime, reason: str = "", override: bool = False) -> Passage:
    """Close it if the gate is met, or over the gate with `override` and a reason."""
    return moving.move(
        incident,
        CLOSE,
        by=by,
        at=at,
        reason=reason,
        override=override,
        review_approved=review_approved(incident),
        open_actions=untracked(incident, timezone.localdate(at)).count(),
    )


def unmet(incident: Incident, *, at: datetime) -> tuple[Unmet, ...]:
    """What stands in the way of closing, one sentence each."""
    facts = moving.facts_for(
        incident,
        at,
        review_approved=review_approved(incident),
        open_actions=untracked(incident, timezone.localdate(at)).count(),
    )
    return gate_unmet(CLOSE, facts)


def review_approved(incident: Incident) -> bool:
    return Review.objects.filter(incident=incident, status=ReviewState.APPROVED).exists()


def untracked(incident: Incident, today: date) -> QuerySet[ActionItem]:
    """Items neither done, nor with an active owner and a date that is not past, nor accepted as a risk until a day."""
    return (
        ActionItem.objects.filter(incident=incident)
        .exclude(state__in=SETTLED)
        .exclude(Q(state__in=TRACKED, due_date__gte=today, assignee__is_active=True))
        .exclude(Q(state=ActionState.RISK_ACCEPTED, accepted_until_date__gte=today))
    )
