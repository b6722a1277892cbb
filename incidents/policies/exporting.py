"""Who may hand an incident to the outside in the words of a public framework."""

from django.utils.translation import gettext as _

from incidents.models import Incident, RoleAssignment
from incidents.policies.incidents import holds, may_see
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User

SPEAKERS = (RoleAssignment.Role.LEAD, RoleAssignment.Role.LEGAL, RoleAssignment.Role.COMMUNICATIONS)


def may_export(user: User, incident: Incident) -> Verdict:
    """An exercise is nothing that happened; nothing of it belongs into a collection of what did."""
    return (
        may_see(user, incident)
        & verdict(
            user.has(Role.RISK, Role.AUDITOR) or holds(user, incident, *SPEAKERS),
            _("Only risk staff, auditors, and whoever leads, handles legal or communications here may export it."),
        )
        & verdict(not incident.is_exercise, _("This was an exercise. It is not exported."))
    )


def may_publish(user: User, incident: Incident) -> Verdict:
    """Into a form of somebody else's: what is restricted must not travel in an address."""
    return may_export(user, incident) & verdict(
        not incident.is_restricted, _("This incident is restricted. Lift the restriction before it is submitted.")
    )
