"""Who may write to people outside the room, and who may let the words go out."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident, RoleAssignment
from incidents.policies.answering import approving
from incidents.policies.incidents import holds, may_see, may_work, only_audits
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import Role, User
from registry.responsible import Responsible

_SPEAKERS = (RoleAssignment.Role.LEGAL, RoleAssignment.Role.COMMUNICATIONS)


def may_draft(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_edit(user: User, communication: Communication) -> Verdict:
    """Only the drafter, so that whoever approves has not written any of it."""
    return may_work(user, communication.incident) & verdict(
        communication.drafted_by_id == user.pk, _("Only the person who drafted it may change the draft.")
    )


def may_approve(user: User, communication: Communication) -> Verdict:
    """Whether this person is kept from approving whatever the rules ask for. `may_approve_as` is about one role."""
    if communication.drafted_by_id == user.pk:
        return deny(_("Nobody approves what they drafted. Another person must."))
    return may_see(user, communication.incident) & verdict(
        not only_audits(user), _("Auditors read the record and do not write in it.")
    )


def may_approve_as(
    user: User, communication: Communication, role: Responsible, *, approved_by: Collection[int]
) -> Verdict:
    """`approved_by`: who approved these very words as something else."""
    allowed = may_approve(user, communication)
    if not allowed:
        return allowed
    if user.pk in approved_by:
        return deny(_("You have approved these words already. The other approval is another person's."))
    people = approving(role, communication.incident, never={communication.drafted_by_id, *approved_by})
    return verdict(
        any(person.pk == user.pk for person in people),
        _("Only who answers for “%(role)s” in this incident may approve as that; risk staff where nobody does.")
        % {"role": role.label},
    )


def may_tie(user: User, communication: Communication) -> Verdict:
    """Whoever works in the room: it says where words come from, and changes none."""
    return may_work(user, communication.incident)


def may_send(user: User, communication: Communication) -> Verdict:
    return may_work(user, communication.incident)


def may_decide_not_to(user: User, incident: Incident) -> Verdict:
    return may_see(user, incident) & verdict(
        user.has(Role.RISK) or holds(user, incident, *_SPEAKERS),
        _("Only risk staff, or whoever handles legal or communications in this incident, may decide this."),
    )
