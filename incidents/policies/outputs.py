"""Who brings in, hands out and decides the outputs an incident may have affected."""

from django.utils.translation import gettext as _

from incidents.affected import Decision
from incidents.models import AffectedOutput, Incident
from incidents.policies.incidents import may_assign, may_see, may_see_list, may_work
from registry.kernel.access.verdict import Verdict, deny
from registry.models import User

__all__ = ["may_bring_in", "may_decide", "may_decide_this", "may_divide", "may_see_list", "may_take_back"]


def may_bring_in(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_decide(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_decide_this(user: User, output: AffectedOutput) -> Verdict:
    """The second look on what is ambiguous is somebody else's."""
    works = may_work(user, output.incident)
    if works and output.decision == Decision.AMBIGUOUS and output.decided_by_id == user.pk:
        return deny(_("You found this ambiguous, so somebody else must look at it."))
    return works


def may_take_back(user: User, output: AffectedOutput) -> Verdict:
    """Whether it is one's own and fresh is said where it is taken back."""
    return may_work(user, output.incident)


def may_divide(user: User, incident: Incident) -> Verdict:
    """Handing out work is the lead's, like filling a role. What one takes oneself is for whoever works there."""
    return may_see(user, incident) & may_assign(user, incident)
