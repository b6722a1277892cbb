"""Which action items are owed a step of the chase now, asked of the database in two queries that use its indexes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, Min, OuterRef, QuerySet, Value, When

from reviews.calendar import steps_due
from reviews.models import ActionItem, ChaseCalendar, ChaseStep


def calendar_in_force(at: datetime) -> ChaseCalendar:
    return ChaseCalendar.objects.filter(effective_at__lte=at).latest("number")


def owed(today: date, calendar: Mapping[str, Any]) -> QuerySet[ActionItem]:
    """Items whose newest step is not on record for the date they are due now, the oldest date first.

    A step is recorded in one transaction with everything that goes with it, so the newest one stands for all.
    """
    begun = ActionItem.objects.to_chase().filter(due_date__lte=today - timedelta(days=calendar["steps"][0]))
    oldest: date | None = begun.aggregate(oldest=Min("due_date"))["oldest"]
    if oldest is None:
        return ActionItem.objects.none()
    newest = Case(
        *(
            When(due_date__lte=today - timedelta(days=step.days), then=Value(step.key))
            for step in reversed(steps_due(oldest, today, calendar))
        ),
        output_field=CharField(),
    )
    taken = ChaseStep.objects.filter(action=OuterRef("pk"), due_date=OuterRef("due_date"), step=OuterRef("newest"))
    items: QuerySet[ActionItem] = begun.annotate(newest=newest).filter(~Exists(taken)).order_by("due_date", "id")
    return items
