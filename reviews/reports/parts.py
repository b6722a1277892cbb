"""What reviews and action items add to the chain of an incident, and what belongs to themselves."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from incidents.reports import owning
from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from reviews.models import ActionItem, ActionPassage, ChaseStep, Extension, Review

STEPS = (ActionPassage, ChaseStep, Extension)
"""What happens to an action item is kept in rows of their own."""


def declare() -> None:
    belonging.declare("incidents.incident", of_incident)
    belonging.declare("reviews.actionitem", of_action)
    for model in (Review, ActionItem):
        owning.declare(model._meta.label_lower, _incidents_of(model))
    for step in STEPS:
        owning.declare(step._meta.label_lower, _incidents_of_steps(step))


def of_incident(number: str) -> Iterator[tuple[str, Rows]]:
    yield Review._meta.label_lower, numbers(past(Review, incident_id=number))
    items = past(ActionItem, incident_id=number)
    yield ActionItem._meta.label_lower, numbers(items)
    for model in STEPS:
        yield model._meta.label_lower, numbers(past(model, action_id__in=items.order_by().values("id")))


def of_action(number: str) -> Iterator[tuple[str, Rows]]:
    for model in STEPS:
        yield model._meta.label_lower, numbers(past(model, action_id=number))


def _incidents_of(model: Any) -> Callable[[Collection[int]], Rows]:
    return lambda keys: past(model, id__in=keys).order_by().values_list("incident_id")


def _incidents_of_steps(model: Any) -> Callable[[Collection[int]], Rows]:
    def owners(keys: Collection[int]) -> Rows:
        items = past(model, id__in=keys).order_by().values("action_id")
        return past(ActionItem, id__in=items).order_by().values_list("incident_id")

    return owners
