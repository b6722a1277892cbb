"""Workflows as the API shows and takes them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, UnitRef, VendorRef, Versioned
from registry.custom_values import plain
from registry.models import User, Workflow

RECORD = [
    "name",
    "purpose",
    "outputs",
    "affected_people",
    "business_unit",
    "vendor",
    "topic",
    "system_name",
    "contract_reference",
    "stage",
    "autonomy",
    "impact",
    "is_public_facing",
    "uses_personal_data",
    "business_owner",
    "technical_owner",
    "deputy",
    "initiated_date",
    "developed_date",
    "implemented_date",
    "retired_date",
    "next_review_date",
    "tags",
    "custom",
]
OWN = [
    "id",
    "reference",
    "slug",
    "tier",
    "production_basis",
    "readiness",
    "seen",
    "stopped",
    "explained",
    "improved",
    "unready",
    "gaps_missing",
    "drift",
    "drift_since",
    "attestation_due_date",
    "attested_at",
    "version",
    "created_at",
    "updated_at",
]


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}})
class CustomValues(serializers.Field[Any, Any, Any, Any]):
    """Values of custom fields by key; people by number. Of those sent only these keys change, null empties."""

    def to_representation(self, value: Any) -> Any:
        return {key: plain(held) for key, held in value.items()}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict) or len(data) > 100 or not all(isinstance(key, str) for key in data):
            raise serializers.ValidationError(_("Send an object of values by key."))
        if any("\x00" in key for key in data):
            raise serializers.ValidationError(_("Send an object of values by key."))
        return data


class WorkflowRow(serializers.ModelSerializer[Workflow]):
    """A workflow in a list, without its long texts."""

    custom = CustomValues()

    business_unit = UnitRef()
    vendor = VendorRef()
    business_owner = PersonRef()
    technical_owner = PersonRef()
    deputy = PersonRef()

    class Meta:
        model = Workflow
        fields = [*OWN, *(name for name in RECORD if name not in {"purpose", "outputs", "affected_people"})]
        read_only_fields = fields


class WorkflowDetail(WorkflowRow):
    class Meta:
        model = Workflow
        fields = [*OWN, *RECORD]
        read_only_fields = fields


class _Record(serializers.ModelSerializer[Workflow]):
    business_owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), allow_null=True, required=False)
    technical_owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), allow_null=True, required=False)
    deputy = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), allow_null=True, required=False)
    custom = CustomValues(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=50, required=False)

    def validate_tags(self, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tags))


class RegisterWorkflow(_Record, Reasoned):
    class Meta:
        model = Workflow
        fields = [*RECORD, "reason"]


class EditWorkflow(_Record, Versioned):
    """Only the fields that are to change."""

    class Meta:
        model = Workflow
        fields = [*RECORD, "reason", "version"]
        extra_kwargs: dict[str, dict[str, Any]] = {"name": {"required": False}}
