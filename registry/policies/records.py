"""Who may read the record of what happened."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_audit(user: User) -> Verdict:
    """The site-wide audit history, restricted things included: auditors and risk staff."""
    return verdict(user.has(Role.AUDITOR, Role.RISK), _("Only auditors and risk staff read the site-wide history."))


def may_see_history(user: User) -> Verdict:
    """The history of a record that the person may see."""
    return verdict(user.is_active, _("Sign in first."))
