"""Attestations: what is asked of whom, and their answers; a pipeline of an owner attests as people do."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.attestations import (
    Attest,
    AttestationDetail,
    AttestationRow,
    AttestedUnchanged,
    AttestUnchanged,
    Campaign,
    CloseCampaign,
    CorrectAttestation,
    ExcuseAttestation,
    HandOnAttestation,
    RemindCampaign,
    Reminded,
    StartCampaign,
)
from registry.filters.addresses import Address
from registry.filters.attestations import AttestationFilter
from registry.kernel.http.api import through, whoever, writes
from registry.models import Attestation, AttestationCampaign
from registry.policies import attestations as policies
from registry.policies.workflows import may_see_register
from registry.reports.attesting import Shown, shown
from registry.services import attestation_campaigns, attestations
from registry.services.attestation_reminders import remind_by_hand

PEOPLE = ("assignee", "handed_by", "attested_by", "excused_by")


class CampaignViewSet(PastViewSet):
    """Attestation campaigns. Their rows are the attestations with `?campaign=`."""

    queryset = AttestationCampaign.objects.all()
    serializer_class = Campaign
    filterset_fields = ["status"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = AttestationCampaign.objects.visible_to(self.by).with_progress()
        return rows.select_related("escalate_to", "started_by", "closed_by")

    @writes(whoever(policies.may_start_campaign), StartCampaign, Campaign, status=201)
    def create(self, given: dict[str, Any]) -> AttestationCampaign:
        """Start a campaign; every owner is told once."""
        view, workflows = given.pop("view", None), given.pop("workflows", ())
        if view is not None:
            address = Address(QueryDict(view), self.request)
            if address.filters.errors:
                raise ValidationError({"view": [str(e) for found in address.filters.errors.values() for e in found]})
            view, workflows = address.plain, address.rows.values_list("pk", flat=True)
        made = attestation_campaigns.start(by=self.by, at=self.at, workflows=workflows, view=view or "", **given)
        return self._counted(made)

    @action(detail=True, methods=["post"])
    @writes(policies.may_run_campaign, RemindCampaign, Reminded)
    def remind(self, campaign: AttestationCampaign, given: dict[str, Any]) -> dict[str, int]:
        """Remind whoever is still asked."""
        rows, words = given.get("attestations"), given["words"]
        return {"people": remind_by_hand(campaign, rows, by=self.by, at=self.at, words=words)}

    @action(detail=True, methods=["post"])
    @writes(policies.may_run_campaign, CloseCampaign, Campaign)
    def close(self, campaign: AttestationCampaign, given: dict[str, Any]) -> AttestationCampaign:
        """Close it; what is still waited for counts as not attested."""
        return self._counted(attestation_campaigns.close(campaign, by=self.by, at=self.at, **given))

    def _counted(self, campaign: AttestationCampaign) -> AttestationCampaign:
        found: AttestationCampaign = self.visible().get(pk=campaign.pk)
        return found


class AttestationViewSet(PastViewSet):
    """What is asked of whom: `?asked=me&state=OPEN` is what waits for the caller."""

    queryset = Attestation.objects.all()
    serializer_class = AttestationDetail
    serializer_classes = {"list": AttestationRow}
    filterset_class = AttestationFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = Attestation.objects.visible_to(self.by)
        return rows.select_related("campaign__started_by", "workflow", *PEOPLE).defer("workflow__search")

    @cached_property
    def _shown(self) -> dict[int, Shown]:
        return {}

    def shown(self, row: Attestation) -> Shown:
        """For the serializer: looked up once for each row."""
        if row.pk not in self._shown:
            self._shown[row.pk] = shown(row)
        return self._shown[row.pk]

    def changes(self, row: Attestation) -> Any:
        return self.shown(row).changes(self.at)

    @action(detail=True, methods=["post"])
    @writes(policies.may_attest, Attest, AttestationRow)
    def attest(self, row: Attestation, given: dict[str, Any]) -> Attestation:
        """True as it stands: signs for what was read."""
        return attestations.attest(row, by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="attest-unchanged")
    @writes(whoever(policies.may_answer), AttestUnchanged, AttestedUnchanged)
    def attest_unchanged(self, given: dict[str, Any]) -> dict[str, Any]:
        """Many at once: those that changed since they were last attested are left."""
        done, left = attestations.attest_unchanged(given["chosen"], by=self.by, at=self.at)
        return {"attested": done, "left": left}

    @action(detail=True, methods=["post"])
    @writes(policies.may_attest, CorrectAttestation, AttestationRow)
    def correct(self, row: Attestation, given: dict[str, Any]) -> Attestation:
        """Not true: what. It is waited for until it is put right and attested."""
        return attestations.correct(row, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="hand-on")
    @writes(policies.may_hand_on, HandOnAttestation, AttestationRow)
    def hand_on(self, row: Attestation, given: dict[str, Any]) -> Attestation:
        """Not the caller's: somebody else is asked."""
        return attestations.hand_on(row, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(through("campaign", policies.may_run_campaign), ExcuseAttestation, AttestationRow)
    def excuse(self, row: Attestation, given: dict[str, Any]) -> Attestation:
        """It need not be attested in this campaign."""
        return attestations.excuse(row, by=self.by, at=self.at, **given)
