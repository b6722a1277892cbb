"""What has changed so much since a workflow was judged that it should be judged again.

Derived each time it is asked, by what the history says was so when the newest answers were given. Only what the
register cannot see for itself is kept, as calls from applications above (`call_again`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.ai_act_questions import POINTS
from registry.kernel.audit.asof import clock
from registry.kernel.audit.context import acting
from registry.models import ReassessmentCall, Role, Stage, Surface, TierAssessment, User, Workflow


@dataclass(frozen=True)
class Reason:
    """`kind` is for programs, the sentence for people."""

    kind: str
    sentence: str


def call_again(workflow: Workflow, *, kind: str, source: str, at: datetime) -> ReassessmentCall:
    """Something outside the register, named by `source`, asks for a new assessment; saying it twice asks once."""
    words = {"what": ReassessmentCall.Kind(kind).label}
    with acting(reason=_("A new assessment is asked for: %(what)s.") % words):
        made, _new = ReassessmentCall.objects.get_or_create(
            workflow=workflow, kind=kind, source=source, defaults={"called_at": at}
        )
    return made


def reasons_for(workflow: Workflow, newest: TierAssessment | None, *, reader: User) -> list[Reason]:
    """Why to assess again, in one query; nothing where there is no assessment yet.

    A serious incident may be restricted, so that it is named as a reason only to who sees every incident.
    """
    if newest is None or workflow.stage == Stage.RETIRED:
        return []
    found = _changes(workflow, newest)
    return [*_reasons(workflow, found, reader), *_began_to_apply(newest, clock().date())]


def _reasons(workflow: Workflow, found: dict[str, Any], reader: User) -> Iterator[Reason]:
    kinds = dict(Surface.Kind.choices)
    for kind in found["new_kinds"]:
        yield Reason("SURFACE", _("a surface of a kind that was not there: %(kind)s") % {"kind": kinds[kind]})
    if found["had_then"] and found["owner_then"] != workflow.business_owner_id:
        yield Reason("OWNER", _("the business owner changed"))
    if found["had_then"] and workflow.stage == Stage.PRODUCTION != found["stage_then"]:
        yield Reason("STAGE", _("it moved to production"))
    if reader.has(Role.RISK, Role.AUDITOR):
        calls = dict(ReassessmentCall.Kind.choices)
        for kind, day in zip(found["call_kinds"], found["call_days"], strict=True):
            words = {"what": calls[kind], "day": date_format(day, "j M Y")}
            yield Reason(kind, _("%(what)s on %(day)s") % words)


def _began_to_apply(newest: TierAssessment, today: date) -> Iterator[Reason]:
    """A practice that was not prohibited yet when it was marked, and is by now."""
    for key in newest.ai_act_finding.get("not_yet", ()):
        point = POINTS.get(key)
        if point is not None and point.applies_from is not None and point.applies_from <= today:
            yield Reason("PROHIBITED", _("Article %(point)s prohibits now what these answers mark") % {"point": key})


def _changes(workflow: Workflow, newest: TierAssessment) -> dict[str, Any]:
    """What was so when the answers were written down, by the history, beside what is new since."""
    judged = newest.repeats_id or newest.pk
    births: Any = TierAssessment.history.model.objects.filter(id=judged, history_type="+")
    written = Subquery(births.values("history_date")[:1])
    then = _history(Workflow, id=workflow.pk, history_date__lte=written).order_by("-history_id")
    there = _history(Surface, workflow_id=workflow.pk, history_date__lte=written, is_active=True)
    fresh = Surface.objects.filter(workflow=workflow, is_active=True).exclude(kind__in=there.values("kind"))
    calls = ReassessmentCall.objects.filter(workflow=workflow, called_at__gt=_said_at(newest), called_at__lte=clock())
    calls = calls.order_by("called_at", "id")
    asked = Workflow.objects.filter(pk=workflow.pk).values(
        had_then=Subquery(then.values("id")[:1]),
        owner_then=Subquery(then.values("business_owner_id")[:1]),
        stage_then=Subquery(then.values("stage")[:1]),
        new_kinds=ArraySubquery(fresh.order_by("kind").values("kind").distinct()),
        call_kinds=ArraySubquery(calls.values("kind")),
        call_days=ArraySubquery(calls.values("called_at")),
    )
    found: dict[str, Any] = dict(asked[0])
    return found


def _said_at(newest: TierAssessment) -> datetime:
    return newest.repeats.assessed_at if newest.repeats is not None else newest.assessed_at


def _history(model: Any, **conditions: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.history.model.objects.filter(**conditions)
    return rows
