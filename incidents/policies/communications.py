"""Who may write to people outside the room, and who may let the words go out."""

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident, RoleAssignment
from incidents.policies.incidents import holds, may_see, may_work
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import Role, User

_SPEAKERS = (RoleAssignment.Role.LEGAL, RoleAssignment.Role.COMMUNICATIONS)


def may_draft(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_edit(user: User, communication: Communication) -> Verdict:
    """Only the drafter, so that whoever approves has not written any of it."""
    return may_work(user, communication.incident) & verdict(
        communication.drafted_by_id == user.pk, _("Only the person who drafted it may change the draft.")
    )


def may_approve(user: User, communication: Communication) -> Verdict:
    if communication.drafted_by_id == user.pk:
        return deny(_("Nobody approves what they drafted. Another person must."))
    return may_see(user, communication.incident) & _speaks(user, communication.incident)


def may_send(user: User, communication: Communication) -> Verdict:
    return may_work(user, communication.incident)


def may_decide_not_to(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident) & _speaks(user, incident)


def _speaks(user: User, incident: Incident) -> Verdict:
    return verdict(
        user.has(Role.RISK) or holds(user, incident, *_SPEAKERS),
        _("Only risk staff, or whoever handles legal or communications in this incident, may decide this."),
    )
