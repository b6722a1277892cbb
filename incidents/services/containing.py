"""Containing from the page of a workflow: in an incident that goes on, or in one declared in the same breath."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import ContainmentAction, Incident
from incidents.services import containment, declaring
from registry.models import ContainmentOption, User


@transaction.atomic
def contain(
    option: ContainmentOption,
    *,
    by: User,
    at: datetime,
    reason: str,
    incident: Incident | None,
    is_exercise: bool = False,
) -> ContainmentAction:
    """Carry out an option; without an `incident` one is declared, unsure and therefore SEV-2, a drill if it is one."""
    if incident is None:
        incident = declaring.declare(
            by=by,
            at=at,
            title=_("%(option)s: %(workflow)s") % {"option": option.name, "workflow": option.workflow.name},
            summary=reason,
            workflow=option.workflow,
            is_exercise=is_exercise,
        )
    return containment.execute(incident, option, by=by, at=at, reason=reason)
