"""Who keeps views of the lists, for themselves and for everyone."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Role, SavedView, User


def may_save(user: User) -> Verdict:
    """A view of one's own changes nothing for others, so even people who only audit keep some."""
    return verdict(user.is_active, _("Your account is not active."))


def may_share(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff make a view that everyone sees."))


def may_use(user: User, view: SavedView) -> Verdict:
    return verdict(view.is_shared or view.owner_id == user.pk, _("This view belongs to somebody else."))


def may_change(user: User, view: SavedView) -> Verdict:
    """One's own, and for risk staff those that everyone sees."""
    if view.is_shared:
        return verdict(user.has(Role.RISK), _("Only risk staff change a view that everyone sees."))
    return ALLOWED if view.owner_id == user.pk else deny(_("This view belongs to somebody else."))
