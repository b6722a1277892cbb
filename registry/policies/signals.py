"""Who says how a workflow is watched, and who shows that a signal fires."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, Signal, User, Workflow
from registry.policies.workflows import owns


def may_edit_signals(user: User, workflow: Workflow) -> Verdict:
    """The owners of the workflow, deputy included, and risk staff; whoever owns only a signal asks one of them."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff keep its signals."),
    )


def may_prove(user: User, signal: Signal) -> Verdict:
    """Responders too: they see in drills and incidents which signal fired."""
    return verdict(
        user.has(Role.RISK, Role.RESPONDER) or (user.has(Role.OWNER) and owns(user, signal.workflow)),
        _("Only responders, the owners of this workflow and risk staff record a proof."),
    )
