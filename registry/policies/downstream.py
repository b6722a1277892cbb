"""Who says what a workflow can set off."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User, Workflow
from registry.policies.workflows import owns


def may_edit_downstream(user: User, workflow: Workflow) -> Verdict:
    """The owners of the workflow, deputy included, and risk staff."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff keep its downstream actions."),
    )
