"""Who answers for a Responsible in one incident: whoever holds the role in the room, else who stands for it outside."""

from collections.abc import Iterable

from incidents.models import Incident
from incidents.policies.incidents import held
from registry.models import Role, User, Workflow
from registry.responsible import Responsible

_OF_WORKFLOW = {
    Responsible.TECHNICAL: "technical_owner",
    Responsible.BUSINESS: "business_owner",
    Responsible.DEPUTY: "deputy",
}
_STAFF = {Responsible.RISK: Role.RISK, Responsible.EXECUTIVE: Role.EXECUTIVE, Responsible.RESPONDER: Role.RESPONDER}


def answering(role: Responsible, incident: Incident) -> list[User]:
    """Everybody with an active account who does; nobody, where nobody can be found for the role."""
    found: list[User | None] = [row.person for row in held(incident) if row.role == role]
    if not found and role in _STAFF:
        return _staff(_STAFF[role], incident)
    if not found and (name := _OF_WORKFLOW.get(role)):
        workflows = Workflow.objects.filter(incident_links__incident=incident).select_related(name)
        found = [getattr(workflow, name) for workflow in workflows]
    return [person for person in found if person is not None and person.is_active]


def approving(role: Responsible, incident: Incident, *, never: Iterable[int]) -> list[User]:
    """Who may approve words as `role`: those who answer for it, without `never` (who wrote the words, and who approved
    them as something else). Where that leaves nobody, risk staff stand in, under the same exception.
    """
    out = set(never)
    found = [person for person in answering(role, incident) if person.pk not in out]
    return found or [person for person in _staff(Role.RISK, incident) if person.pk not in out]


def _staff(role: str, incident: Incident) -> list[User]:
    """Asked once for an incident in memory: a page asks for every message and every role."""
    kept: dict[str, list[User]] = incident.__dict__.setdefault("_staff", {})
    if role not in kept:
        kept[role] = list(User.objects.active().filter(roles__contains=[role]))
    return kept[role]
