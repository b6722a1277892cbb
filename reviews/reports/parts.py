"""What reviews and action items add to the chain of an incident, and what belongs to themselves."""

from collections.abc import Iterator

from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from reviews.models import ActionItem, ActionPassage, ChaseStep, Extension, Review

STEPS = (ActionPassage, ChaseStep, Extension)
"""What happens to an action item is kept in rows of their own."""


def declare() -> None:
    belonging.declare("incidents.incident", of_incident)
    belonging.declare("reviews.actionitem", of_action)


def of_incident(number: str) -> Iterator[tuple[str, Rows]]:
    yield Review._meta.label_lower, numbers(past(Review, incident_id=number))
    items = past(ActionItem, incident_id=number)
    yield ActionItem._meta.label_lower, numbers(items)
    for model in STEPS:
        yield model._meta.label_lower, numbers(past(model, action_id__in=items.order_by().values("id")))


def of_action(number: str) -> Iterator[tuple[str, Rows]]:
    for model in STEPS:
        yield model._meta.label_lower, numbers(past(model, action_id=number))
