"""Who runs attestation campaigns, who attests, and who hands an attestation on."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import Attestation, AttestationCampaign, Role, User
from registry.policies.workflows import only_audits, owns


def may_start_campaign(user: User) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff start an attestation campaign."))


def may_run_campaign(user: User, campaign: AttestationCampaign) -> Verdict:
    """Remind those who are asked, excuse workflows, and close it."""
    return verdict(user.has(Role.RISK), _("Only risk staff remind, excuse and close in an attestation campaign."))


def may_answer(user: User) -> Verdict:
    """Whether anything could be asked of this person at all."""
    return may_be_asked(user)


def may_attest(user: User, attestation: Attestation) -> Verdict:
    """Whoever is asked, and the owners of the workflow; risk staff never in their place."""
    if only_audits(user):
        return deny(_("Auditors read everything and write nothing."))
    is_asked = user.is_active and (attestation.assignee_id == user.pk or owns(user, attestation.workflow))
    return verdict(is_asked, _("Only whoever is asked and the owners of this workflow attest it."))


def may_hand_on(user: User, attestation: Attestation) -> Verdict:
    return ALLOWED if user.has(Role.RISK) else may_attest(user, attestation)


def may_be_asked(person: User) -> Verdict:
    """Somebody who is here and may write."""
    if only_audits(person):
        return deny(_("Auditors read everything and write nothing."))
    return verdict(person.is_active, _("%(person)s has left; choose somebody who is active.") % {"person": person})
