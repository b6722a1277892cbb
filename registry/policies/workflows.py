"""Who may read, register and edit workflows."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Role, User, Workflow

INVENTORY_READERS = (Role.RISK, Role.EXECUTIVE, Role.AUDITOR)


def only_audits(user: User) -> bool:
    """Whether auditing is all this person does here: such people read everything and write nothing."""
    return set(user.roles) - {Role.MEMBER} == {Role.AUDITOR}


def owns(user: User, workflow: Workflow) -> bool:
    """Named on the workflow as business owner, technical owner or deputy."""
    return user.pk in workflow.owner_ids


def may_see_register(user: User) -> Verdict:
    return verdict(user.is_active, _("Your account is not active."))


def may_take_inventory(user: User) -> Verdict:
    """The register as a document to hand over."""
    allowed = user.is_active and user.has(*INVENTORY_READERS)
    return verdict(allowed, _("Only risk staff, executives and auditors make an inventory of the register."))


def may_see(user: User, workflow: Workflow) -> Verdict:
    """The register is open to everyone who is signed in."""
    return may_see_register(user)


def may_register(user: User) -> Verdict:
    """Risk staff register for others; an owner registers what will be their own."""
    return verdict(user.has(Role.RISK, Role.OWNER), _("Only risk staff and workflow owners register a workflow."))


def may_edit(user: User, workflow: Workflow) -> Verdict:
    """Risk staff edit any entry, owners their own."""
    if user.has(Role.RISK):
        return ALLOWED
    if not user.has(Role.OWNER):
        return deny(_("Only risk staff and the owners of this workflow edit it."))
    return verdict(owns(user, workflow), _("You are not an owner of this workflow. Its owners and risk staff edit it."))


def may_set_owner(user: User, workflow: Workflow | None = None) -> Verdict:
    """Ownership is given by risk staff, so that nobody hands a workflow on or takes one by themselves."""
    return verdict(user.has(Role.RISK), _("Only risk staff change who owns a workflow."))


def may_report(user: User, workflow: Workflow) -> Verdict:
    """Everyone reports what they saw, except people who only audit."""
    if not user.is_active:
        return deny(_("Your account is not active."))
    return verdict(not only_audits(user), _("Auditors read everything and write nothing."))
