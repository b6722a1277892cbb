"""Who keeps vendors and their answers, and who may take the files that show them."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Role, User, Vendor, VendorAnswer
from registry.policies.workflows import only_audits

READERS = (Role.OWNER, Role.RESPONDER, Role.RISK, Role.EXECUTIVE, Role.AUDITOR)


def may_add(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff add a vendor."))


def may_edit(user: User, vendor: Vendor) -> Verdict:
    """Name, what it supplies, who keeps the relation and by when it answers."""
    return verdict(user.has(Role.RISK), _("Only risk staff change a vendor and who keeps the relation."))


def may_answer(user: User, vendor: Vendor) -> Verdict:
    """Whoever keeps the relation, and risk staff."""
    if only_audits(user):
        return deny(_("Auditors read everything and write nothing."))
    if user.has(Role.RISK):
        return ALLOWED
    is_owner = user.is_active and user.pk == vendor.owner_id
    return verdict(is_owner, _("Only the owner of this relation and risk staff keep its answers."))


def may_waive(user: User, vendor: Vendor) -> Verdict:
    """Nobody excuses a vendor of their own."""
    if not user.has(Role.RISK):
        return deny(_("Only risk staff say that a question need not be answered."))
    return verdict(
        user.pk != vendor.owner_id,
        _("You keep this relation yourself; another person of risk says what need not be answered."),
    )


def may_judge(user: User, vendor: Vendor) -> Verdict:
    """Nobody judges what they got themselves."""
    if not user.has(Role.RISK):
        return deny(_("Only risk staff judge whether an answer is sufficient."))
    return verdict(user.pk != vendor.owner_id, _("You keep this relation yourself; another person of risk judges."))


def may_judge_answer(user: User, row: VendorAnswer) -> Verdict:
    """Nor what they entered."""
    judged = may_judge(user, row.vendor)
    if not judged.allowed:
        return judged
    return verdict(user.pk != row.answered_by_id, _("You entered this answer; another person of risk judges it."))


def may_take_file(user: User, vendor: Vendor) -> Verdict:
    """What vendors hand in is often given in confidence."""
    allowed = user.has(*READERS) or (user.is_active and user.pk == vendor.owner_id)
    return verdict(
        allowed, _("Only workflow owners, responders, risk staff, executives and auditors take files of vendors.")
    )
