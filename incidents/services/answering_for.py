"""Whom a rule means that names no person, for one incident."""

from incidents.models import Incident, RoleAssignment
from incidents.services.telling import staff
from registry.escalation import Step
from registry.models import Role, User, Workflow
from registry.responsible import Responsible

_OF_WORKFLOW = {
    Responsible.TECHNICAL: "technical_owner",
    Responsible.BUSINESS: "business_owner",
    Responsible.DEPUTY: "deputy",
}
_STAFF = {Responsible.RISK: Role.RISK, Responsible.EXECUTIVE: Role.EXECUTIVE, Responsible.RESPONDER: Role.RESPONDER}


def people_for(step: Step, incident: Incident) -> list[User]:
    """The person a step names; for a role those who hold it in the room, else those who stand for it outside.

    A role that nobody can be found for means nobody: the next step follows in its time.
    """
    if step.person:
        return list(User.objects.active().filter(pk=step.person))
    role = step.role
    if role is None:
        return []
    held = RoleAssignment.objects.filter(incident=incident, ended_at__isnull=True, role=str(role))
    found = [row.person for row in held.select_related("person")]
    if found or role in _STAFF:
        return found or staff(_STAFF[role])
    if name := _OF_WORKFLOW.get(role):
        workflows = Workflow.objects.filter(incident_links__incident=incident).select_related(name)
        found = [person for workflow in workflows if (person := getattr(workflow, name)) is not None]
    return [person for person in found if person.is_active]
