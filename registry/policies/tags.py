"""Who gives a tag another name."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_rename_tags(user: User) -> Verdict:
    """Risk staff: it changes every entry that carries the tag, other people's too."""
    return verdict(user.has(Role.RISK), _("Only risk staff rename and merge tags."))
