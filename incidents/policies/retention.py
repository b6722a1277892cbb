"""Who decides what becomes of evidence whose keeping has ended: risk staff, two of them for a disposal."""

from django.utils.translation import gettext as _

from incidents.models import Evidence, RetentionReview
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User


def may_see_reviews(user: User) -> Verdict:
    return verdict(
        user.is_active and user.has(Role.RISK, Role.AUDITOR),
        _("Only risk staff and auditors see what is due for disposal."),
    )


def may_keep(user: User, review: RetentionReview) -> Verdict:
    return _decides(user)


def may_propose(user: User, review: RetentionReview) -> Verdict:
    return _decides(user)


def may_confirm(user: User, review: RetentionReview) -> Verdict:
    return _decides(user) & verdict(
        review.proposed_by_id != user.pk,
        _("You proposed this disposal, so another person must confirm it."),
    )


def may_decline(user: User, review: RetentionReview) -> Verdict:
    """Whoever proposed it may think better of it."""
    return _decides(user)


def may_reclassify(user: User, piece: Evidence) -> Verdict:
    """Whoever chose the class may have chosen wrongly; how long something is kept is for risk staff to say."""
    return _decides(user)


def _decides(user: User) -> Verdict:
    return verdict(user.is_active and user.has(Role.RISK), _("Only risk staff decide how long evidence is kept."))
