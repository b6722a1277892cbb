"""Whom a step of an escalation path means, for one incident."""

from incidents.models import Incident
from incidents.policies.answering import answering
from registry.escalation import Step
from registry.models import User


def people_for(step: Step, incident: Incident) -> list[User]:
    """The person a step names; for a role those who answer for it. A role that nobody can be found for means nobody:
    the next step follows in its time.
    """
    if step.person:
        return list(User.objects.active().filter(pk=step.person))
    return answering(step.role, incident) if step.role else []
