"""Who proposes what a workflow may run on, and who decides on it."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Baseline, Role, User, Workflow
from registry.policies.workflows import owns


def may_propose(user: User, workflow: Workflow) -> Verdict:
    """The owners of the workflow, deputy included, and risk staff."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff propose a baseline."),
    )


def may_decide(user: User, baseline: Baseline) -> Verdict:
    """A second person: risk staff, or of business and technical owner the one who did not propose it."""
    if user.pk == baseline.proposed_by_id:
        return deny(_("You proposed this yourself; another person has to decide."))
    if user.has(Role.RISK):
        return ALLOWED
    two = (baseline.workflow.business_owner_id, baseline.workflow.technical_owner_id)
    return verdict(
        user.has(Role.OWNER) and user.pk in two and baseline.proposed_by_id in two,
        _("Only risk staff decide, or the business or technical owner on what the other of the two proposed."),
    )


def may_withdraw(user: User, baseline: Baseline) -> Verdict:
    """Whoever proposed it; or an administrator, so that nothing waits for good. That decides nothing."""
    return verdict(
        user.pk == baseline.proposed_by_id or user.has(Role.ADMINISTRATOR),
        _("Only whoever proposed a baseline, and administrators, withdraw it."),
    )
