"""Who brings inventories in as a whole, and who only reads what was brought in."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import ChangeSet, Role, User


def may_import(user: User) -> Verdict:
    """A change-set touches the whole register at once, so it is for risk staff."""
    return verdict(user.has(Role.RISK), _("Only risk staff import inventories."))


def may_see_imports(user: User) -> Verdict:
    """Auditors read what was imported; they change nothing."""
    return verdict(user.has(Role.RISK, Role.AUDITOR), _("Only risk staff and auditors see imports."))


def may_undo(user: User, change_set: ChangeSet) -> Verdict:
    """Whoever applied it, and any other risk person: undoing brings back what was there before."""
    return verdict(user.has(Role.RISK), _("Only risk staff undo an import."))
