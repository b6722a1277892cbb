"""Who may put a notice that may be owed on the list, and who may settle it."""

from django.utils.translation import gettext as _

from incidents.models import Incident, Obligation
from incidents.policies.incidents import may_see, may_work
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_add(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_settle(user: User, obligation: Obligation) -> Verdict:
    return may_see(user, obligation.incident) & verdict(
        user.has(Role.RISK), _("Only risk staff may decide that a notice was submitted or is not owed.")
    )
