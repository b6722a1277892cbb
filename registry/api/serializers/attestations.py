"""Attestation campaigns and attestations as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.differences import DifferenceGroup
from registry.api.serializers.refs import PersonRef, Reasoned, WorkflowRef
from registry.attesting import Part
from registry.models import Attestation, AttestationCampaign, User


class CampaignRef(serializers.ModelSerializer[AttestationCampaign]):
    class Meta:
        model = AttestationCampaign
        fields = ["id", "name", "due_date", "status"]
        read_only_fields = fields


class Progress(serializers.Serializer[Any]):
    """How many attestations are in each state."""

    asked = serializers.IntegerField()
    attested = serializers.IntegerField()
    excused = serializers.IntegerField()
    waiting = serializers.IntegerField()
    missed = serializers.IntegerField()


class Campaign(serializers.ModelSerializer[AttestationCampaign]):
    escalate_to = PersonRef()
    started_by = PersonRef()
    closed_by = PersonRef(allow_null=True)
    parts = serializers.ListField(child=serializers.ChoiceField(choices=Part.choices()))
    progress = serializers.SerializerMethodField()

    class Meta:
        model = AttestationCampaign
        fields = [
            "id",
            "name",
            "statement",
            "parts",
            "view",
            "due_date",
            "remind_every_days",
            "escalate_after_days",
            "escalate_to",
            "status",
            "started_by",
            "started_at",
            "closed_by",
            "closed_at",
            "closing_note",
            "progress",
        ]
        read_only_fields = fields

    @extend_schema_field(Progress)
    def get_progress(self, campaign: AttestationCampaign) -> dict[str, int]:
        """Counted by the query that found the campaign."""
        return {name: getattr(campaign, name) for name in ("asked", "attested", "excused", "waiting", "missed")}


class StartCampaign(serializers.Serializer[Any]):
    """`view` is the query of the register that names the workflows, such as `tier=T1&stage=PRODUCTION`; what it says
    now is kept. `workflows` names them one by one instead.
    """

    name = serializers.CharField(max_length=150)
    statement = serializers.CharField(max_length=2000)
    parts = serializers.ListField(child=serializers.ChoiceField(choices=Part.choices()), min_length=1)
    view = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    workflows = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=5000
    )
    due_date = serializers.DateField()
    remind_every_days = serializers.IntegerField(min_value=1, max_value=90, default=7)
    escalate_after_days = serializers.IntegerField(min_value=0, max_value=90, default=7)
    escalate_to = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("view" in attrs) == ("workflows" in attrs):
            raise serializers.ValidationError({"view": "Say either a view or workflows."})
        return attrs


class RemindCampaign(serializers.Serializer[Any]):
    """Without `attestations`: everybody who is waited for. Once a day for each person."""

    attestations = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=5000
    )
    words = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class Reminded(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="How many were told.")


class CloseCampaign(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class AttestationRow(serializers.ModelSerializer[Attestation]):
    """One workflow in one campaign."""

    campaign = CampaignRef()
    workflow = WorkflowRef()
    assignee = PersonRef(allow_null=True)
    handed_by = PersonRef(allow_null=True)
    attested_by = PersonRef(allow_null=True)
    excused_by = PersonRef(allow_null=True)

    class Meta:
        model = Attestation
        fields = [
            "id",
            "campaign",
            "workflow",
            "state",
            "assignee",
            "handed_by",
            "handed_at",
            "handed_reason",
            "correction",
            "attested_by",
            "attested_at",
            "statement",
            "workflow_version",
            "is_bulk",
            "excused_by",
            "excused_at",
            "excused_reason",
        ]
        read_only_fields = fields


class AttestationDetail(AttestationRow):
    """With what its owner is shown: what is asked, what changed since last time, and the digest to send back."""

    asked = serializers.CharField(source="campaign.statement")
    parts = serializers.ListField(source="campaign.parts", child=serializers.ChoiceField(choices=Part.choices()))
    seen = serializers.SerializerMethodField(help_text="Digest of what these parts say now; send it to attest it.")
    is_unchanged = serializers.SerializerMethodField(help_text="Whether they say what was attested last.")
    last_attested_at = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    class Meta:
        model = Attestation
        fields = [
            *AttestationRow.Meta.fields,
            "asked",
            "parts",
            "seen",
            "is_unchanged",
            "last_attested_at",
            "changes",
        ]
        read_only_fields = fields

    def get_seen(self, row: Attestation) -> str:
        return self.context["view"].shown(row).digest  # type: ignore[no-any-return]

    def get_is_unchanged(self, row: Attestation) -> bool:
        return self.context["view"].shown(row).is_unchanged  # type: ignore[no-any-return]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_last_attested_at(self, row: Attestation) -> Any:
        earlier = self.context["view"].shown(row).earlier
        return earlier.attested_at if earlier else None

    @extend_schema_field(DifferenceGroup(many=True))
    def get_changes(self, row: Attestation) -> Any:
        return DifferenceGroup(self.context["view"].changes(row), many=True).data


class Attest(serializers.Serializer[Any]):
    """The digest of what was read: if the entry says something else by now, the answer is 409."""

    seen = serializers.RegexField(r"^[0-9a-f]{64}\Z")


class AttestUnchanged(serializers.Serializer[Any]):
    chosen = serializers.DictField(
        child=serializers.RegexField(r"^[0-9a-f]{64}\Z"), help_text="Number of the attestation → digest read."
    )

    def validate_chosen(self, chosen: dict[str, str]) -> dict[int, str]:
        if not chosen or len(chosen) > 500:
            raise serializers.ValidationError("Between 1 and 500 attestations.")
        if wrong := next((key for key in chosen if not (key.isascii() and key.isdigit() and len(key) < 19)), None):
            raise serializers.ValidationError(f"{wrong!r} is no number of an attestation.")
        return {int(key): digest for key, digest in chosen.items()}


class AttestedUnchanged(serializers.Serializer[Any]):
    attested = AttestationRow(many=True)
    left = AttestationRow(many=True, help_text="Changed since last time, or since they were read.")


class CorrectAttestation(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=2000)


class HandOnAttestation(Reasoned):
    person = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), allow_null=True, help_text="With null, risk staff find out whose it is."
    )


class ExcuseAttestation(Reasoned):
    pass
