"""Records for the tests of reviews and action items, written straight into the tables."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from incidents.lifecycle import State
from incidents.models import Incident, IncidentWorkflow, TimelineEntry
from registry.models import User, Workflow
from reviews.calendar import DEFAULT_CALENDAR
from reviews.models import ActionItem, ChaseCalendar, Review
from tests import people

ANSWERS = {
    "what_happened": "Refunds above the limit were approved overnight.",
    "causes": ["PROMPT", "VALIDATION"],
    "root_cause": "The prompt lost its limit in a merge and nothing compared it with the approved version.",
    "detection": "Four hours; the alert counted approvals, not amounts.",
    "first_signal": "A customer who wrote in.",
    "containment": "The kill switch, after a search for who may use it.",
    "blast_radius": "212 refunds; the nightly batch made it worse.",
    "controls": "The limit was in the prompt only.",
}


def today() -> date:
    return timezone.localdate()


def workflow(name: str = "Refund triage", owner: User | None = None) -> Workflow:
    slug = name.lower().replace(" ", "-")
    found, _created = Workflow.objects.get_or_create(
        slug=slug,
        defaults={"name": name, "business_owner": owner, "stage": "PRODUCTION", "production_basis": "ON_ENTRY"},
    )
    return found


def incident(
    title: str = "Refunds above the limit",
    *,
    state: str = State.RESOLVED,
    on: Workflow | None = None,
    restricted: bool = False,
    severity: str = "SEV-2",
) -> Incident:
    now = timezone.now()
    made = Incident.objects.create(
        title=title,
        summary="Seen in the morning report.",
        state=state,
        severity=severity,
        visibility="RESTRICTED" if restricted else "NORMAL",
        declared_by=people.responder(),
        declared_at=now - timedelta(days=3),
    )
    if on is not None:
        IncidentWorkflow.objects.create(incident=made, workflow=on, is_primary=True)
    TimelineEntry.objects.create(
        incident=made, kind="DECLARED", text="Declared", occurred_at=now, entered_at=now, is_automatic=True
    )
    return made


def review(of: Incident, *, author: User | None = None, **fields: Any) -> Review:
    return Review.objects.create(
        incident=of, author=author or people.responder(), started_at=timezone.now(), **{**ANSWERS, **fields}
    )


def action(due_in: int = 14, *, assignee: User | None = None, **fields: Any) -> ActionItem:
    """An item due so many days from today."""
    due = today() + timedelta(days=due_in)
    return ActionItem.objects.create(
        **{
            "title": "Compare the prompt with the approved version before each run",
            "category": "EVAL_TEST",
            "assignee": assignee or people.owner(),
            "due_date": due,
            "first_due_date": due,
            "created_by": people.responder(),
            "created_at": timezone.now(),
            **fields,
        }
    )


def calendar() -> ChaseCalendar:
    """The shipped calendar, also after a test that emptied the tables."""
    found, _created = ChaseCalendar.objects.get_or_create(
        number=1, defaults={"definition": dict(DEFAULT_CALENDAR), "effective_at": datetime(2020, 1, 1).astimezone()}
    )
    return found
