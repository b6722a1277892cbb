"""Containment options as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, Versioned, WorkflowRef
from registry.containment_proof import Occasion, Rung
from registry.models import ContainmentOption, Role, User
from registry.modes import Effect, EffectProblem, Mode

FIELDS = [
    "kind",
    "name",
    "instructions",
    "executors",
    "named_executors",
    "expected_minutes",
    "load_carrier",
    "effect",
    "is_active",
]


@extend_schema_field(
    {
        "type": "object",
        "description": "What it sets in the running workflow. Empty: it is done by hand.",
        "additionalProperties": False,
        "properties": {
            "mode": {"type": "string", "enum": [str(mode) for mode in Mode]},
            "pins": {"type": "object", "additionalProperties": {"type": "string"}},
            "disabled_tools": {"type": "array", "items": {"type": "string"}},
            "blocked_sources": {"type": "array", "items": {"type": "string"}},
            "scope": {"type": "array", "items": {"type": "string"}},
            "limits": {"type": "object", "additionalProperties": {"type": "number"}},
        },
    }
)
class EffectField(serializers.JSONField):
    def to_internal_value(self, data: Any) -> Any:
        try:
            return Effect.read(super().to_internal_value(data)).written()
        except EffectProblem as wrong:
            raise serializers.ValidationError(wrong.problems) from wrong


class Option(serializers.ModelSerializer[ContainmentOption]):
    workflow = WorkflowRef()
    named_executors = PersonRef(many=True)
    rung = serializers.ChoiceField(choices=Rung.choices())
    effect = EffectField()
    proven_in = serializers.ChoiceField(choices=Occasion.choices(), allow_blank=True)
    fresh_until = serializers.DateTimeField(allow_null=True, help_text="When the proof goes stale.")

    class Meta:
        model = ContainmentOption
        fields = [
            "id",
            "workflow",
            "rung",
            *FIELDS,
            "proven_at",
            "proven_in",
            "proven_how",
            "proven_minutes",
            "proven_seconds",
            "fresh_until",
            "version",
        ]
        read_only_fields = fields


class _Fields(serializers.ModelSerializer[ContainmentOption]):
    executors = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), max_length=len(Role.choices), required=False
    )
    named_executors = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), many=True, required=False)
    instructions = serializers.CharField(max_length=20_000)
    expected_minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 30)

    effect = EffectField(required=False)

    def validate_executors(self, roles: list[str]) -> list[str]:
        return list(dict.fromkeys(roles))


class AddOption(_Fields, Reasoned):
    class Meta:
        model = ContainmentOption
        fields = [*FIELDS, "reason"]


class EditOption(_Fields, Versioned):
    """Only the fields that are to change."""

    instructions = serializers.CharField(max_length=20_000, required=False)
    expected_minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 30, required=False)

    class Meta:
        model = ContainmentOption
        fields = [*FIELDS, "reason", "version"]
        extra_kwargs: dict[str, dict[str, Any]] = {name: {"required": False} for name in ("kind", "name")}


class Prove(serializers.Serializer[Any]):
    how = serializers.CharField(max_length=250)
    minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 30)
    proven_at = serializers.DateTimeField(required=False, help_text="Now unless given.")
    occasion = serializers.ChoiceField(choices=Occasion.choices(), required=False, default=Occasion.DRILL)
