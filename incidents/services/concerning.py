"""Which workflows an incident concerns, where that was not known or not all when it was declared."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, IncidentWorkflow, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.services import room, timeline
from incidents.services.readying import follow_readiness
from incidents.services.severity import ask_to_assess_again
from incidents.services.snapshots import snapshot
from incidents.services.telling import tell_people
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User, Workflow


def add_workflow(
    incident: Incident, workflow: Workflow, *, by: User, at: datetime, reason: str = ""
) -> IncidentWorkflow:
    """The incident also concerns `workflow`; the first one becomes the primary. Its state is frozen now."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_work, by, locked)
        room.require_active(locked)
        links = IncidentWorkflow.objects.filter(incident=locked)
        if links.filter(workflow=workflow).exists():
            raise Conflict(_("This incident concerns %(workflow)s already.") % {"workflow": workflow.name})
        if workflow.pk is None or not Workflow.objects.filter(pk=workflow.pk).exists():
            raise ValidationError({"workflow": _("This workflow does not exist.")})
        link = IncidentWorkflow.objects.create(
            incident=locked, workflow=workflow, is_primary=not links.filter(is_primary=True).exists()
        )
        snapshot(locked, workflow, at=at, occasion="ADDED")
        ask_to_assess_again(locked, at=at, workflow=workflow)
        follow_readiness(locked, at=at)
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.UPDATE,
            text=_("Also concerns %(workflow)s. %(reason)s") % {"workflow": workflow.name, "reason": reason},
            by=by,
            at=at,
            data={"workflow": workflow.pk},
        )
        room.touch(locked)
        tell_people(
            locked,
            [workflow.business_owner, workflow.technical_owner, workflow.deputy],
            event=f"concerns-{workflow.pk}",
            subject=_("%(incident)s concerns your workflow") % {"incident": locked.reference},
            body=f"{workflow.name}\n\n{locked.title}",
            at=at,
            by=by,
        )
        return link
