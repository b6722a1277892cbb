"""Who asks for an erasure, who decides it, who reads what was erased."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Erasure, Role, User


def may_see_erasures(user: User) -> Verdict:
    return verdict(
        user.has(Role.RISK, Role.EXECUTIVE, Role.AUDITOR),
        _("Only risk staff, executives and auditors see what was erased."),
    )


def may_ask_erasure(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff ask for an erasure."))


def may_decide_erasure(user: User, erasure: Erasure) -> Verdict:
    """A second person, who is not the one whose data it is."""
    is_about = erasure.object_type == User._meta.label_lower and erasure.object_id == str(user.pk)
    return (
        verdict(user.has(Role.RISK, Role.EXECUTIVE), _("Only risk staff and executives decide on erasures."))
        & verdict(erasure.asked_by_id != user.pk, _("You asked for this yourself. Somebody else decides."))
        & verdict(not is_about, _("It is about you. Somebody else decides."))
        & verdict(erasure.state == Erasure.State.ASKED, _("This was decided already."))
    )
