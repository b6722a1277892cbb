"""Who reads the tier rules, who proposes a change of them, and who decides on it."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import Role, TierRuleSet, User


def may_see(user: User) -> Verdict:
    allowed = user.has(Role.RISK, Role.EXECUTIVE, Role.AUDITOR)
    return verdict(allowed, _("Only risk staff, executives and auditors read the tier rules."))


def may_propose(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff propose a change of the tier rules."))


def may_decide(user: User, rules: TierRuleSet) -> Verdict:
    """A second person: risk or executive, never whoever proposed it."""
    if not user.has(Role.RISK, Role.EXECUTIVE):
        return deny(_("Only risk staff and executives decide on the tier rules."))
    return verdict(user.pk != rules.proposed_by_id, _("You proposed this yourself; another person has to decide."))


def may_withdraw(user: User, rules: TierRuleSet) -> Verdict:
    allowed = user.pk == rules.proposed_by_id and user.has(Role.RISK)
    return verdict(allowed, _("Only whoever proposed a version withdraws it."))
