"""Attestation campaigns, made through the services."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from registry.attesting import Part, whole_of
from registry.models import Attestation, AttestationCampaign, Workflow
from registry.reports.attesting import prints_of
from registry.services import attestation_campaigns, attestations
from tests import people

STATEMENT = "What the register says about this workflow is true and complete."


def campaign(*of: Workflow, at: datetime | None = None, days: int = 20, **facts: Any) -> AttestationCampaign:
    at = at or timezone.now()
    given = {
        "name": "Yearly attestation",
        "statement": STATEMENT,
        "parts": list(Part),
        "due_date": timezone.localdate(at) + timedelta(days=days),
        "remind_every_days": 7,
        "escalate_after_days": 5,
        "escalate_to": people.executive(),
        **facts,
    }
    by = given.pop("by", None) or people.risk()
    return attestation_campaigns.start(by=by, at=at, workflows=[row.pk for row in of], **given)


def of(workflow: Workflow, campaign: AttestationCampaign | None = None) -> Attestation:
    """The newest attestation of the workflow, or the one in this campaign."""
    rows = Attestation.objects.filter(workflow=workflow).select_related("campaign", "workflow")
    return (rows.filter(campaign=campaign) if campaign else rows).order_by("-pk")[0]


def shown(attestation: Attestation) -> str:
    """The digest of what its page would show now."""
    prints = prints_of([attestation.workflow_id], attestation.campaign.parts)
    return whole_of(prints[attestation.workflow_id])


def attested(attestation: Attestation, at: datetime | None = None, **given: Any) -> Attestation:
    facts = {"by": people.owner(), "seen": shown(attestation), **given}
    return attestations.attest(attestation, at=at or timezone.now(), **facts)
