"""Who prepares the ways to limit harm, who proves that they work, and who may use them."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import ContainmentOption, Role, User, Workflow
from registry.policies.workflows import only_audits, owns


def may_edit_options(user: User, workflow: Workflow) -> Verdict:
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff prepare its containment options."),
    )


def may_prove(user: User, option: ContainmentOption) -> Verdict:
    """Responders too: a drill is often theirs."""
    return verdict(
        user.has(Role.RISK, Role.RESPONDER) or (user.has(Role.OWNER) and owns(user, option.workflow)),
        _("Only responders, the owners of this workflow and risk staff record a proof."),
    )


def may_execute(user: User, option: ContainmentOption) -> Verdict:
    """Whoever the option names, by name or by role; the role of owner means the owners of this workflow.

    One person is enough: whatever tightens control must never wait for a second signature.
    """
    if not user.is_active or only_audits(user):
        return deny(_("Auditors read everything and write nothing."))
    if any(user.pk == named.pk for named in option.named_executors.all()):
        return ALLOWED
    roles = [role for role in option.executors if role != Role.OWNER]
    is_owner = Role.OWNER in option.executors and user.has(Role.OWNER) and owns(user, option.workflow)
    return verdict(
        user.has(*roles) or is_owner,
        _("This option names neither you nor one of your roles among those who may execute it."),
    )
