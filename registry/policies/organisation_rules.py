"""Who reads the organisation's rules, who proposes a change of them, and who decides on it."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import OrganisationRules, Role, User
from registry.policies.workflows import only_audits


def may_see(user: User) -> Verdict:
    """Whoever works in an incident must know by which rules."""
    return verdict(user.is_active, _("Your account is not active."))


def may_propose(user: User, in_force: OrganisationRules) -> Verdict:
    """Risk staff, and whoever owns the version that is in force."""
    if user.has(Role.RISK):
        return ALLOWED
    is_owner = user.is_active and user.pk == in_force.owner_id and not only_audits(user)
    return verdict(is_owner, _("Only risk staff and the owner of these rules propose a change."))


def may_propose_some(user: User) -> Verdict:
    """Where it is not known yet which kind is meant; `may_propose` is asked about that one."""
    if user.has(Role.RISK):
        return ALLOWED
    owns_some = user.is_active and not only_audits(user) and OrganisationRules.objects.approved().filter(owner=user.pk)
    return verdict(
        owns_some and owns_some.exists(), _("Only risk staff and the owner of these rules propose a change.")
    )


def may_decide(user: User, rules: OrganisationRules) -> Verdict:
    """A second person: risk or executive, never whoever proposed it."""
    if not user.has(Role.RISK, Role.EXECUTIVE):
        return deny(_("Only risk staff and executives decide on the organisation's rules."))
    return verdict(user.pk != rules.proposed_by_id, _("You proposed this yourself; another person has to decide."))


def may_withdraw(user: User, rules: OrganisationRules) -> Verdict:
    allowed = user.is_active and user.pk == rules.proposed_by_id
    return verdict(allowed, _("Only whoever proposed a version withdraws it."))
