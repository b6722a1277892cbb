"""Who says what a workflow can do, who asks for a gap to be accepted, and who decides."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import GapAcceptance, Role, User, Workflow
from registry.policies.workflows import owns

DECIDERS = (Role.RISK, Role.EXECUTIVE)


def may_keep_capabilities(user: User, workflow: Workflow) -> Verdict:
    """Its owners and risk staff: who does it by when, that it is met and by what proof, that it is not any more."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff say what it can do."),
    )


def may_ask_acceptance(user: User, workflow: Workflow) -> Verdict:
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff ask for a gap to be accepted."),
    )


def may_decide_acceptance(user: User, acceptance: GapAcceptance) -> Verdict:
    """A second person: risk or executive, never whoever asked."""
    if not user.has(*DECIDERS):
        return deny(_("Only risk staff and executives decide whether a gap is accepted."))
    return verdict(
        user.pk != acceptance.asked_by_id,
        _("You asked for this acceptance yourself; another person has to decide."),
    )


def may_withdraw_acceptance(user: User, acceptance: GapAcceptance) -> Verdict:
    """Taking back only tightens, so one person is enough: whoever asked, decided, owns the workflow, or is of risk."""
    if user.has(*DECIDERS):
        return ALLOWED
    is_concerned = user.pk == acceptance.asked_by_id or owns(user, acceptance.workflow)
    return verdict(
        user.has(Role.OWNER) and is_concerned,
        _("Only whoever asked, the owners of this workflow, risk staff and executives take an acceptance back."),
    )
