"""Who sees the overview: everyone who is signed in, each with what they may see."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import User


def may_see_overview(user: User) -> Verdict:
    return verdict(user.is_active, _("Sign in first."))
