"""What action items tell whoever watches the workflow they change: that one is late.

Of an item of a restricted incident only those hear who may see it, and not what it says.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.models import User
from registry.services import notices
from registry.services.news import News, Topic, declare_days, people
from registry.services.news_of_duties import over
from reviews.models import ActionItem, Review
from reviews.policies.actions import may_see


def declare_own() -> None:
    declare_days(_late)
    notices.declare(ActionItem._meta.label_lower, _visible)
    notices.declare(Review._meta.label_lower, _visible_reviews)


def _visible(user: User) -> QuerySet[Any]:
    return ActionItem.objects.visible_to(user)


def _visible_reviews(user: User) -> QuerySet[Any]:
    return Review.objects.filter(incident__in=Incident.objects.visible_to(user))


def _late(first: date, last: date) -> Iterator[News]:
    """Since one of these days: due the day before."""
    since, until = first - timedelta(days=1), last - timedelta(days=1)
    rows: Any = ActionItem.objects.to_chase().filter(due_date__range=(since, until))
    for action in rows.select_related("incident").prefetch_related("incident__links").order_by("pk"):
        for workflow in sorted(_workflows(action)):
            yield _news(action, workflow)


def _workflows(action: ActionItem) -> set[int]:
    """The one it changes; where it names none, those that its incident concerns."""
    if action.workflow_id is not None:
        return {action.workflow_id}
    return {link.workflow_id for link in action.incident.links.all()} if action.incident is not None else set()


def _news(action: ActionItem, workflow: int) -> News:
    words = {"action": action, "day": date_format(action.due_date, "j M Y")}
    subject = _("Action item overdue since %(day)s: %(action)s") % words
    if action.incident is not None and action.incident.is_restricted:
        subject = _("An action item of a restricted incident is overdue since %(day)s") % words
    return News(
        key=f"late:{action._meta.label_lower}:{action.pk}:{action.due_date}:{workflow}",
        topic=Topic.ACTION,
        workflow=workflow,
        subject=subject,
        body="",
        url=action.get_absolute_url(),
        about=action,
        at=over(action.due_date),
        heard=people(action.assignee_id),
        may_hear=partial(_may_hear, action),
    )


def _may_hear(action: ActionItem, user: User) -> bool:
    return may_see(user, action).allowed
