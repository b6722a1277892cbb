"""Two reports of one thing: one ends and points to the other; its record stays."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.lifecycle import MERGE, State
from incidents.models import Incident, IncidentWorkflow, OutputList, Passage, TimelineEntry
from incidents.policies.incidents import may_move, may_work
from incidents.services import passing, room, timeline
from incidents.services.outputs.tallying import tally_of
from incidents.services.readying import follow_readiness
from incidents.services.severity import ask_to_assess_again
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User


def merge(incident: Incident, *, into: Incident, by: User, at: datetime, reason: str) -> Passage:
    """End `incident` as part of `into`, which then also concerns its workflows."""
    with transaction.atomic(), acting(user_id=by.pk, reason=reason):
        ending, staying = room.both(incident, into)
        require(may_move, by, ending, MERGE)
        require(may_work, by, staying)
        _check(ending, staying)
        transition = passing.find(ending, MERGE)
        why = required("reason", reason)
        ending.merged_into = staying
        passage = passing.pass_to(ending, transition, by=by, at=at, reason=why)
        room.save(ending)
        _take_over_workflows(ending, staying, at=at)
        follow_readiness(ending, at=at)
        follow_readiness(staying, at=at)
        timeline.automatic(
            staying,
            kind=TimelineEntry.Kind.STATE,
            text=_("%(incident)s was merged into this one: %(reason)s") % {"incident": ending.reference, "reason": why},
            by=by,
            at=at,
            data={"merged_from": ending.pk},
        )
        room.touch(staying)
        return passage


def _check(ending: Incident, staying: Incident) -> None:
    if ending.pk == staying.pk:
        raise Conflict(_("An incident cannot be merged into itself."))
    if staying.state in {State.DECLINED, State.MERGED}:
        raise Conflict(
            _("%(incident)s is “%(state)s”; choose one that goes on.")
            % {"incident": staying.reference, "state": State(staying.state).label}
        )
    if ending.is_restricted and not staying.is_restricted:
        raise Conflict(_("A restricted incident can only be merged into another restricted one."))
    if not _is_settled(ending):
        raise Conflict(
            _("%(incident)s has outputs undecided or not put right. Settle them first, or merge the other way.")
            % {"incident": ending.reference}
        )
    if ending.is_exercise != staying.is_exercise:
        raise Conflict(_("An exercise and a real incident cannot be merged."))


def _is_settled(incident: Incident) -> bool:
    """Outputs stay where they were listed, where nobody works any more."""
    waiting = OutputList.objects.filter(incident=incident, status=OutputList.Status.WAITING)
    return tally_of(incident).is_settled and not waiting.exists()


def _take_over_workflows(ending: Incident, staying: Incident, *, at: datetime) -> None:
    known = set(IncidentWorkflow.objects.filter(incident=staying).values_list("workflow_id", flat=True))
    for link in IncidentWorkflow.objects.filter(incident=ending).exclude(workflow_id__in=known):
        IncidentWorkflow.objects.create(incident=staying, workflow_id=link.workflow_id, is_primary=not known)
        ask_to_assess_again(staying, at=at, workflow=link.workflow)
        known.add(link.workflow_id)
