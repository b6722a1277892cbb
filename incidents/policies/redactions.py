"""Who may make a redacted copy, and who may look whether nothing was left in."""

from django.utils.translation import gettext as _

from incidents.models import Evidence
from incidents.policies.evidence import may_download
from incidents.policies.incidents import may_work
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import User


def may_redact(user: User, piece: Evidence) -> Verdict:
    """Whoever works there and reads the original."""
    return may_work(user, piece.incident) & may_download(user, piece)


def may_decide(user: User, copy: Evidence) -> Verdict:
    """Another than who made it, who reads both: nobody finds what was left in without the original."""
    if copy.redaction_of is None:
        return deny(_("%(piece)s is no redacted copy.") % {"piece": copy.reference})
    reads = may_work(user, copy.incident) & may_download(user, copy) & may_download(user, copy.redaction_of)
    return reads & verdict(
        copy.redaction.made_by_id != user.pk, _("You made this copy, so another person looks whether it is clean.")
    )
