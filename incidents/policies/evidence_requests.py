"""Who may ask people for evidence, hand it in, look at what came, and take a request back."""

from django.utils.translation import gettext as _

from incidents.models import EvidenceRequest, Incident
from incidents.policies.incidents import may_lead, may_see, may_work, only_audits
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import User


def may_ask(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)


def may_hand_in(user: User, request: EvidenceRequest) -> Verdict:
    """Whoever was asked, also somebody who does not work there; and whoever does, in their place."""
    seen = may_see(user, request.incident)
    if not seen:
        return seen
    if only_audits(user):
        return deny(_("Auditors read the record and do not write in it."))
    return verdict(
        request.person_id == user.pk or may_work(user, request.incident).allowed,
        _("Only the person who was asked and people who work on the incident may answer this."),
    )


def may_settle(user: User, request: EvidenceRequest) -> Verdict:
    """Whoever asked, the lead or risk staff; never whoever answered."""
    return _asked_or_leads(user, request) & verdict(
        request.answered_by_id != user.pk, _("You answered this yourself, so another person looks at it.")
    )


def may_withdraw(user: User, request: EvidenceRequest) -> Verdict:
    return _asked_or_leads(user, request)


def may_hand_on(user: User, request: EvidenceRequest) -> Verdict:
    if request.person_id == user.pk:
        return may_hand_in(user, request)
    return _asked_or_leads(user, request)


def _asked_or_leads(user: User, request: EvidenceRequest) -> Verdict:
    seen = may_see(user, request.incident)
    if not seen or (request.asked_by_id == user.pk and not only_audits(user)):
        return seen
    return verdict(
        may_lead(user, request.incident).allowed, _("Only whoever asked, the incident lead or risk staff may do this.")
    )
