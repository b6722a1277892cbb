"""Who records what a workflow runs on, and who says which version is known to be good."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, verdict
from registry.models import Role, User, Workflow
from registry.policies.workflows import owns


def may_record_version(user: User, workflow: Workflow) -> Verdict:
    """The owners of the workflow, deputy included, and risk staff."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff record its surfaces."),
    )


def may_mark_known_good(user: User, workflow: Workflow) -> Verdict:
    """The technical or business owner, or risk staff; standing in as deputy is not enough."""
    if user.has(Role.RISK):
        return ALLOWED
    is_owner = user.has(Role.OWNER) and user.pk in (workflow.business_owner_id, workflow.technical_owner_id)
    return verdict(
        is_owner,
        _("Only the business owner, the technical owner and risk staff say which version is known to be good."),
    )
