"""Who writes the playbook of a workflow, and who says that it was looked through."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, verdict
from registry.models import Playbook, Role, User, Workflow
from registry.policies.workflows import only_audits, owns


def may_write(user: User, workflow: Workflow) -> Verdict:
    """Risk staff, the owners of the workflow, and whoever owns its playbook."""
    if user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)):
        return ALLOWED
    return verdict(
        user.is_active and not only_audits(user) and _owner_of(workflow) == user.pk,
        _("Only the owners of this workflow, the owner of its playbook and risk staff write it."),
    )


def _owner_of(workflow: Workflow) -> int | None:
    found: int | None = Playbook.objects.filter(workflow=workflow.pk).values_list("owner_id", flat=True).first()
    return found
