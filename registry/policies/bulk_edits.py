"""Who changes many workflows at once."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_edit_many(user: User) -> Verdict:
    """Risk staff only: whoever changes many entries at once changes other people's too."""
    return verdict(user.has(Role.RISK), _("Only risk staff change many workflows at once."))
