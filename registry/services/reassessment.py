"""What has changed so much since a workflow was judged that it should be judged again.

Derived each time it is asked, by what the history says was so when the newest answers were given. Only what the
register cannot see for itself is kept, as calls from applications above (`call_again`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.ai_act_questions import POINTS
from registry.kernel.audit.asof import clock
from registry.kernel.audit.context import acting
from registry.models import ReassessmentCall, Stage, Surface, TierAssessment, User, Workflow
from registry.policies.assessments import may_know_calls
from registry.reports.reassessing import CALLED, Row, changes, kinds
from registry.services.readiness import refresh_readiness


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
        refresh_readiness(workflow, at=at)
    return made


def reasons_for(workflow: Workflow, newest: TierAssessment | None, *, reader: User) -> list[Reason]:
    """Why to assess again, in one query, and one for calls; nothing where there is no assessment yet.

    A serious incident may be restricted, so that it is named as a reason only to who sees every incident.
    """
    if newest is None or workflow.stage == Stage.RETIRED:
        return []
    row = changes(workflow)[0]["told"]
    return list(_reasons(workflow, newest, row, reader))


def _reasons(workflow: Workflow, newest: TierAssessment, row: Row, reader: User) -> Iterator[Reason]:
    for kind in kinds(row, workflow, clock().date()):
        if kind == CALLED:
            yield from _calls(workflow, newest, reader)
        else:
            yield from (Reason(kind, sentence) for sentence in _sentences(kind, row))


def _sentences(kind: str, row: Row) -> Iterator[str]:
    if kind == "SURFACE":
        labels = dict(Surface.Kind.choices)
        for new in row["new_kinds"]:
            yield _("a surface of a kind that was not there: %(kind)s") % {"kind": labels[new]}
    elif kind == "PROHIBITED":
        for key in row["finding"]["not_yet"]:
            point = POINTS.get(key)
            if point is not None and point.applies_from is not None and point.applies_from <= clock().date():
                yield _("Article %(point)s prohibits now what these answers mark") % {"point": key}
    else:
        yield _("the business owner changed") if kind == "OWNER" else _("it moved to production")


def _calls(workflow: Workflow, newest: TierAssessment, reader: User) -> Iterator[Reason]:
    if not may_know_calls(reader):
        return
    rows = ReassessmentCall.objects.filter(workflow=workflow, called_at__gt=_said_at(newest), called_at__lte=clock())
    for call in rows.order_by("called_at", "id"):
        words = {"what": call.get_kind_display(), "day": date_format(call.called_at, "j M Y")}
        yield Reason(call.kind, _("%(what)s on %(day)s") % words)


def _said_at(newest: TierAssessment) -> datetime:
    return newest.repeats.assessed_at if newest.repeats is not None else newest.assessed_at
