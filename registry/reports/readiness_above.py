"""Facts about readiness that the applications above keep: reviewed incidents, exercises, action items.

They are read through the relations those applications add, in the words of their own querysets and properties.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from registry.models import Workflow
from registry.readiness.facts import ActionFact, ExerciseFact, IncidentFact
from registry.readiness.improved import REVIEW_WITHIN
from registry.reports.days import end_of, moment_of

Rows = Sequence[Mapping[str, Any]]


def above(workflow: Any) -> dict[str, QuerySet[Any, Any]]:
    """By name, what belongs to `workflow`, an outer reference; each row as JSON."""
    incidents, links, items = (_model(name)._default_manager for name in ("incidents", "incident_links", "actions"))
    of_it = links.filter(workflow=workflow).order_by("-incident__declared_at", "-incident_id")
    incident = {"key": "incident_id", "title": "incident__title", "declared_at": "incident__declared_at"}
    review = {f"review_{name}": f"incident__review__{name}" for name in ("id", "status", "decided_at")}
    over, rehearsed = (incidents.open_to_all().to_review(), incidents.open_to_all().rehearsed())
    action = {name: name for name in ("id", "title", "state", "due_date", "verified_at")}
    open_items = items.open_to_all().filter(workflow=workflow).exclude(state="CANCELLED").order_by("pk")
    return {
        "incidents": of_it.filter(incident__in=over).values(told=JSONObject(**incident, **review)),
        "exercises": of_it.filter(incident__in=rehearsed).values(told=JSONObject(**incident))[:1],
        "actions": open_items.values(told=JSONObject(**action)),
    }


def incidents(rows: Rows) -> Iterator[IncidentFact]:
    """Serious incidents that are over, the newest first, each with whether its review is approved."""
    for row in rows:
        declared_at, name = datetime.fromisoformat(row["declared_at"]), _named("incidents", row["key"], row["title"])
        is_reviewed = row["review_id"] is not None and _review(row["review_status"]).is_approved
        at = moment_of(row["review_decided_at"]) if is_reviewed else declared_at
        yield IncidentFact(row["key"], name, declared_at + REVIEW_WITHIN, is_reviewed, row["review_id"], at)


def exercises(rows: Rows) -> Iterator[ExerciseFact]:
    """The newest first."""
    for row in rows:
        name = _named("incidents", row["key"], row["title"])
        yield ExerciseFact(row["key"], name, datetime.fromisoformat(row["declared_at"]))


def actions(rows: Rows) -> Iterator[ActionFact]:
    """All that are about a workflow, whether done or not, except those that were called off."""
    for row in rows:
        item = _model("actions")(pk=row["id"], title=row["title"], state=row["state"])
        due = end_of(date.fromisoformat(row["due_date"])) if item.is_chased else None
        verified_at = moment_of(row["verified_at"])
        yield ActionFact(row["id"], str(item), due, item.is_verified, item.has_recurred, verified_at)


def _model(relation: str) -> Any:
    """The model at the other end of a reverse relation of Workflow."""
    return Workflow._meta.get_field(relation).related_model


def _named(relation: str, key: int, title: str) -> str:
    return str(_model(relation)(pk=key, title=title))


def _review(status: str) -> Any:
    return _model("incidents")._meta.get_field("review").related_model(status=status)
