"""Signals that make an incident by the rule of their source. A storm makes one incident, and all of it is tied to it.

An incident made by rule takes in every further signal of the same source about the same workflow while it goes on,
and for its first minutes whatever else the rule takes: what comes at once has one cause until somebody knows better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from incidents.lifecycle import State as IncidentState
from incidents.models import Incident, IncidentWorkflow
from incidents.models.incidents import ACTIVE
from incidents.services import concerning, declaring
from incidents.services.merged import heirs
from intake.kinds import State
from intake.models import ReceivedSignal, SignalSource
from intake.services import failing, telling
from intake.services.failing import sentence_of
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Stage, Workflow

log = structlog.get_logger(__name__)
ONE_CAUSE: Final = timedelta(minutes=10)


@dataclass
class Tied:
    """The rows that belong to an incident by rule."""

    incident: Incident
    rows: list[ReceivedSignal]


def by_rule(source: SignalSource, rows: Sequence[ReceivedSignal], *, at: datetime) -> list[Tied]:
    """Tie the rows, which are not stored yet, to the incident they belong to, or to a new one.

    Where none can be made they stay in the inbox.
    """
    found: list[Tied] = []
    for workflow in sorted({row.workflow_id or 0 for row in rows}):
        chosen = [row for row in rows if (row.workflow_id or 0) == workflow]
        incident = _going_on(source, workflow or None, at) or _begun(found, at)
        if incident is not None:
            _concern(incident, workflow, source, at)
        elif (incident := _declared_or_told(source, chosen, at)) is None:
            continue
        _tie(incident, chosen, at)
        found.append(Tied(incident, chosen))
    return found


def told(source: SignalSource, made: Sequence[Tied], *, at: datetime) -> None:
    """One entry in the timeline for each; the rows are stored by now."""
    for tied in made:
        words = {"source": source.name, "signals": telling.listed(tied.rows)}
        telling.enter(tied.incident.pk, _("%(source)s: %(signals)s") % words, tied.rows, at=at)


def _declared_or_told(source: SignalSource, rows: Sequence[ReceivedSignal], at: datetime) -> Incident | None:
    try:
        with transaction.atomic():
            incident = _declared(source, rows, at)
    except (Refused, ValidationError, Conflict) as refused:
        log.warning("no incident by rule", source=source.pk, why=sentence_of(refused)[:300])
        failing.note(source, sentence_of(refused), at=at)
        return None
    failing.over(source)
    return incident


def _going_on(source: SignalSource, workflow: int | None, at: datetime) -> Incident | None:
    """The newest incident that the rule made and that goes on, itself or as part of what it was merged into."""
    tied = ReceivedSignal.objects.filter(source=source, is_by_rule=True, incident=OuterRef("pk"))
    known = Incident.objects.filter(state__in=[*ACTIVE, IncidentState.MERGED]).order_by("-id")
    same = known.filter(Exists(tied.filter(workflow=workflow)))
    return _alive(same) or _alive(known.filter(Exists(tied), declared_at__gt=at - ONE_CAUSE))


def _begun(found: Sequence[Tied], at: datetime) -> Incident | None:
    """What this very batch is tied to, if it began lately."""
    return next((tied.incident for tied in reversed(found) if tied.incident.declared_at > at - ONE_CAUSE), None)


def _alive(rows: QuerySet[Incident]) -> Incident | None:
    lives_on = heirs(rows.values_list("pk", flat=True))
    going_on = Incident.objects.filter(pk__in=lives_on.values()).active().in_bulk()
    return next((going_on[heir] for heir in lives_on.values() if heir in going_on), None)


def _declared(source: SignalSource, rows: Sequence[ReceivedSignal], at: datetime) -> Incident:
    """In the name of the owner of the source, who does not lead it for that: whoever is called does."""
    first = rows[0]
    workflow = Workflow.objects.filter(pk=first.workflow_id).first() if first.workflow_id else None
    is_retired = workflow is not None and workflow.stage == Stage.RETIRED
    parts = [_("Made by the rule of %(source)s.") % {"source": source.name}, first.text or first.title]
    if is_retired:
        parts.append(_("It names %(workflow)s, which is retired.") % {"workflow": workflow})
    if source.owner is None:
        raise ValidationError(_("The source has no owner."))
    return declaring.declare(
        by=source.owner,
        at=at,
        title=first.title,
        summary="\n\n".join(parts),
        workflow=None if is_retired else workflow,
        detected_at=min(first.first_seen_at, at),
        takes_lead=False,
    )


def _tie(incident: Incident, rows: Sequence[ReceivedSignal], at: datetime) -> None:
    for row in rows:
        row.state, row.incident, row.is_by_rule, row.later_until = State.TIED, incident, True, None
        row.decided_at, row.reason = at, _("By the rule of its source")


def _concern(incident: Incident, workflow: int, source: SignalSource, at: datetime) -> None:
    """The incident also concerns the workflow, as far as the owner of the source may say so."""
    if not workflow or source.owner is None:
        return
    if IncidentWorkflow.objects.filter(incident=incident, workflow=workflow).exists():
        return
    try:
        with transaction.atomic():
            concerning.add_workflow(
                incident,
                Workflow.objects.get(pk=workflow),
                by=source.owner,
                at=at,
                reason=_("Signals of the same storm"),
            )
    except (Refused, ValidationError, Conflict) as refused:
        log.info("workflow not added by rule", incident=incident.pk, why=str(refused)[:300])
