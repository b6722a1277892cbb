"""Open incidents and action items of workflows, read through the relations that the upper applications add.

What is open and what may be seen is decided where incidents and action items live; the registry only counts.
"""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from registry.models import User, Workflow


def _related(relation: str) -> Any:
    """The manager of the model at the other end of a reverse relation of Workflow."""
    model: Any = Workflow._meta.get_field(relation).related_model
    return model._default_manager


def _open_links(user: User) -> QuerySet[Any]:
    """Links from workflows to incidents that are going on and that `user` may know of; exercises do not count."""
    incidents = _related("incidents").visible_to(user).active().real().filter(category="INCIDENT")
    links: QuerySet[Any] = _related("incident_links").filter(incident__in=incidents)
    return links


def with_open_incident(user: User) -> Q:
    return Q(pk__in=_open_links(user).values("workflow_id"))


def open_incidents(user: User) -> Coalesce:
    """Annotation: how many open incidents of a workflow `user` may see."""
    return _count(_open_links(user))


def open_actions(user: User) -> Coalesce:
    """Annotation: how many action items of a workflow still have to be done, of those `user` may see."""
    return _count(_related("actions").visible_to(user).to_chase())


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(workflow=OuterRef("pk")).order_by().values("workflow").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
