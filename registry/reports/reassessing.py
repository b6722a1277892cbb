"""What the history says was so when the newest answers were given, beside what is so now; one row for each workflow.

Pages derive their reasons from it, and lists the marks that are kept on the workflow, so that the two agree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from registry.ai_act_questions import POINTS
from registry.kernel.audit.asof import clock
from registry.models import ReassessmentCall, Stage, Surface, TierAssessment, Workflow

Row = Mapping[str, Any]
CALLED: Final = "CALLED"
"""Something outside the register asks; who may know is decided where it is shown."""


@dataclass(frozen=True)
class Marks:
    """What lists keep. `until`: the moment after which something more asks by its date alone."""

    is_owed: bool = False
    """By what everyone may know."""
    is_called: bool = False
    until: datetime | None = None


def changes(workflow: Any) -> QuerySet[Any, Any]:
    """Of the newest assessment of a workflow, or of each by an `OuterRef`."""
    births: Any = TierAssessment.history.model.objects.filter(history_type="+")
    judged = births.filter(id=Coalesce(OuterRef("repeats_id"), OuterRef("id")))
    then = _history(Workflow, id=OuterRef("workflow_id"), history_date__lte=OuterRef("written")).order_by("-history_id")
    there = _history(
        Surface, workflow_id=OuterRef("workflow_id"), history_date__lte=OuterRef(OuterRef("written")), is_active=True
    )
    fresh: Any = Surface.objects.filter(workflow=OuterRef("workflow_id"), is_active=True)
    fresh = fresh.exclude(kind__in=there.values("kind")).order_by("kind").values("kind").distinct()
    calls = ReassessmentCall.objects.filter(
        workflow=OuterRef("workflow_id"), called_at__gt=OuterRef("said_at"), called_at__lte=clock()
    )
    rows = (
        TierAssessment.objects.filter(workflow=workflow)
        .order_by("-id")
        .annotate(
            written=Subquery(judged.values("history_date")[:1]),
            said_at=Coalesce("repeats__assessed_at", "assessed_at"),
        )
    )
    told: QuerySet[Any, Any] = rows.values(
        told=JSONObject(
            had_then=Subquery(then.values("id")[:1]),
            owner_then=Subquery(then.values("business_owner_id")[:1]),
            stage_then=Subquery(then.values("stage")[:1]),
            new_kinds=ArraySubquery(fresh),
            is_called=Exists(calls),
            finding="ai_act_finding",
        )
    )[:1]
    return told


def kinds(row: Row, workflow: Workflow, today: date) -> Iterator[str]:
    """Why to assess again, as symbols, in the order of the page. Fields of the workflow count as on the instance."""
    if workflow.stage == Stage.RETIRED:
        return
    if row["new_kinds"]:
        yield "SURFACE"
    if row["had_then"] and row["owner_then"] != workflow.business_owner_id:
        yield "OWNER"
    if row["had_then"] and workflow.stage == Stage.PRODUCTION != row["stage_then"]:
        yield "STAGE"
    if row["is_called"]:
        yield CALLED
    if any(begins <= today for begins in _begins(row)):
        yield "PROHIBITED"


def marks(row: Row | None, workflow: Workflow, now: datetime) -> Marks:
    if row is None or workflow.stage == Stage.RETIRED:
        return Marks()
    today = timezone.localdate(now)
    found = set(kinds(row, workflow, today))
    later = [begins for begins in _begins(row) if begins > today]
    until = timezone.make_aware(datetime.combine(min(later), time.min)) - timedelta(microseconds=1) if later else None
    return Marks(bool(found - {CALLED}), CALLED in found, until)


def _begins(row: Row) -> list[date]:
    """The days from which practices are prohibited that were not when they were marked."""
    points = (POINTS.get(key) for key in row["finding"].get("not_yet", ()))
    return [point.applies_from for point in points if point is not None and point.applies_from is not None]


def _history(model: Any, **conditions: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.history.model.objects.filter(**conditions)
    return rows
