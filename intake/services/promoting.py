"""Signals that make an incident by the rule of their source. A storm makes one incident, and all of it is tied to it.

An incident made by rule takes in every further signal of the same source about the same workflow while it goes on,
and for its first minutes whatever else the rule takes: what comes at once has one cause until somebody knows better.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident, IncidentWorkflow
from incidents.models.incidents import ACTIVE
from incidents.services import concerning, declaring
from intake.kinds import State
from intake.models import ReceivedSignal, SignalSource
from intake.services import telling
from registry.kernel.access.verdict import Refused
from registry.kernel.audit.bulk import update_many
from registry.kernel.http.errors import Conflict
from registry.models import Stage, Workflow

log = structlog.get_logger(__name__)
ONE_CAUSE: Final = timedelta(minutes=10)
TIED: Final = ("state", "incident", "is_by_rule", "decided_at", "reason", "later_until")


def by_rule(source: SignalSource, rows: Sequence[ReceivedSignal], *, at: datetime) -> None:
    """Tie the rows to the incident they belong to, or to a new one. Where none can be made they stay in the inbox."""
    for workflow in sorted({row.workflow_id or 0 for row in rows}):
        chosen = [row for row in rows if (row.workflow_id or 0) == workflow]
        incident = _going_on(source, workflow or None, at)
        if incident is not None:
            _concern(incident, workflow, source, at)
            _tie(incident, chosen, at)
            telling.enter(incident.pk, _text(source, chosen), chosen, at=at)
            continue
        try:
            with transaction.atomic():
                incident = _declared(source, chosen, at)
        except (Refused, ValidationError, Conflict) as refused:
            log.warning("no incident by rule", source=source.pk, why=str(refused)[:300])
            continue
        _tie(incident, chosen, at)
        telling.enter(incident.pk, _text(source, chosen), chosen, at=at)


def _going_on(source: SignalSource, workflow: int | None, at: datetime) -> Incident | None:
    made = ReceivedSignal.objects.filter(source=source, is_by_rule=True, incident__state__in=ACTIVE)
    same = made.filter(workflow=workflow).order_by("-id").values_list("incident", flat=True).first()
    recent = Incident.objects.filter(pk__in=made.values("incident"), declared_at__gt=at - ONE_CAUSE).order_by("-id")
    return Incident.objects.filter(pk=same).first() if same is not None else recent.first()


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
    update_many(list(rows), TIED)


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


def _text(source: SignalSource, rows: Sequence[ReceivedSignal]) -> str:
    return _("%(source)s: %(signals)s") % {"source": source.name, "signals": telling.listed(rows)}
