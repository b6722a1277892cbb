"""Declaring an incident in under a minute, and reporting what nearly became one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Incident, IncidentWorkflow, TimelineEntry
from incidents.policies.incidents import may_declare
from incidents.services import phases, room, timeline, times
from incidents.services.people import take_lead
from incidents.services.severity import inputs_from, judge
from incidents.services.snapshots import snapshot
from incidents.services.telling import callers_for, owners_of, tell_people
from incidents.services.wording import chosen, optional, required
from incidents.severity_inputs import SeverityInputs
from incidents.times import TimeKind, impossible
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.models import Role, Stage, User, Workflow

Category = Incident.Category
BELOW = (Category.NEAR_MISS, Category.QUALITY_ISSUE)


def declare(
    *,
    by: User,
    at: datetime,
    title: str,
    summary: str,
    workflow: Workflow | None,
    harm_seen: str = "",
    kind: str = Incident.Kind.UNKNOWN,
    is_exercise: bool = False,
    is_restricted: bool = False,
    detected_at: datetime | None = None,
    inputs: Mapping[str, Any] | None = None,
    takes_lead: bool = True,
) -> Incident:
    """An open incident with a proposed severity. Without `inputs` nobody is sure yet, which makes it SEV-2.

    A responder or risk staff who declares leads it until somebody else does, unless it is declared by a rule in
    their name (`takes_lead`).
    """
    known = SeverityInputs(unsure=True) if inputs is None else inputs_from(inputs)
    with transaction.atomic(), acting(user_id=by.pk, reason=_("Declared")):
        incident = _reported(
            by=by, at=at, title=title, summary=summary, workflow=workflow, detected_at=detected_at,
            state=State.OPEN,
            harm_seen=optional("harm_seen", harm_seen),
            kind=chosen("kind", kind, Incident.Kind),
            is_exercise=is_exercise,
            visibility=Incident.Visibility.RESTRICTED if is_restricted else Incident.Visibility.NORMAL,
        )  # fmt: skip
        times.mark(incident, TimeKind.DECLARED, at=at, by=by)
        judge(incident, by=by, at=at, known=known)
        incident.save()
        if takes_lead and by.has(Role.RESPONDER, Role.RISK):
            take_lead(incident, by=by, at=at)
        _tell(incident, by=by, at=at)
        return incident


def report_near_miss(
    *, by: User, at: datetime, title: str, summary: str, workflow: Workflow | None, category: str = Category.NEAR_MISS
) -> Incident:
    """Something caught before it harmed, or below the line: kept in triage, without a severity."""
    if category not in BELOW:
        raise ValidationError({"category": _("Choose near miss or quality issue.")})
    with transaction.atomic(), acting(user_id=by.pk, reason=_("Reported")):
        incident = _reported(
            by=by, at=at, title=title, summary=summary, workflow=workflow, detected_at=None,
            state=State.TRIAGE, category=category,
        )  # fmt: skip
        tell_people(
            incident,
            owners_of(incident),
            event="reported",
            subject=_("%(category)s reported: %(title)s")
            % {"category": Category(category).label, "title": incident.title},
            body=incident.summary,
            at=at,
            by=by,
        )
        return incident


def similar_open(workflow: Workflow | None, text: str, *, user: User | None = None) -> models.QuerySet[Incident]:
    """What may be the same thing: live incidents of the workflow, or any that share a word. Newest first.

    Only what everyone may see, and of the restricted what `user` may see.
    """
    words = [word for word in "".join(c if c.isalnum() else " " for c in text).split() if len(word) > 3][:12]
    found: Any = Incident.objects
    found = found.visible_to(user) if user else found.filter(visibility=Incident.Visibility.NORMAL)
    alike = models.Q(pk__in=[])
    if workflow is not None:
        alike |= models.Q(workflows=workflow)
    if words:
        alike |= models.Q(search=SearchQuery(" | ".join(words), search_type="raw", config="english"))
    similar: models.QuerySet[Incident] = found.active().filter(alike).distinct().order_by("-id")
    return similar


def _reported(
    *,
    by: User,
    at: datetime,
    title: str,
    summary: str,
    workflow: Workflow | None,
    detected_at: datetime | None,
    **known: Any,
) -> Incident:
    """The row with what every report has: workflow, detection, phases, frozen state, first timeline entry."""
    require(may_declare, by)
    room.tell_outside()
    title = required("title", title, limit=200)
    seen_at = detected_at or at
    if problems := impossible({TimeKind.DETECTED: seen_at, TimeKind.DECLARED: at}, at):
        raise ValidationError({"detected_at": problems})
    _refuse_retired(workflow)
    incident = Incident.objects.create(
        title=title, summary=required("summary", summary), declared_by=by, declared_at=at, **known
    )
    if workflow is not None:
        IncidentWorkflow.objects.create(incident=incident, workflow=workflow, is_primary=True)
        snapshot(incident, workflow, at=at, occasion="DECLARED")
    phases.begin(incident, at=at)
    times.mark(incident, TimeKind.DETECTED, at=at, by=by, value=seen_at)
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.DECLARED,
        text=_("%(category)s: %(title)s") % {"category": Category(incident.category).label, "title": title},
        by=by,
        at=at,
        data={"workflow": workflow.pk if workflow else None, "category": incident.category},
    )
    return incident


def _refuse_retired(workflow: Workflow | None) -> None:
    if workflow is not None and Workflow.objects.filter(pk=workflow.pk, stage=Stage.RETIRED).exists():
        raise ValidationError(
            {
                "workflow": _(
                    "%(workflow)s is retired and runs no more. If it still does harm, correct its lifecycle stage "
                    "first, or declare without a workflow and name it in the text."
                )
                % {"workflow": workflow.name}
            }
        )


def _tell(incident: Incident, *, by: User, at: datetime) -> None:
    tell_people(
        incident,
        [*owners_of(incident), *callers_for(incident)],
        event="declared",
        subject=_("%(severity)s declared: %(title)s") % {"severity": incident.severity, "title": incident.title},
        body=incident.summary,
        at=at,
        by=by,
    )
