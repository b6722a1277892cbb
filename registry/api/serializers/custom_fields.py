"""Custom fields as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import Reasoned, Versioned
from registry.custom_values import FieldKind
from registry.models import CustomField
from registry.models.custom_fields import FROM_STAGES

SAID = ["name", "help_text", "choices", "required_from", "is_filter", "position"]


class CustomFieldDetail(serializers.ModelSerializer[CustomField]):
    parameter = serializers.CharField()

    class Meta:
        model = CustomField
        fields = ["id", "key", "parameter", "kind", *SAID, "retired_at", "version"]
        read_only_fields = fields


class _Said(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    help_text = serializers.CharField(max_length=300, required=False, allow_blank=True)  # type: ignore[assignment]
    choices = serializers.ListField(child=serializers.CharField(max_length=80), max_length=100, required=False)
    required_from = serializers.ChoiceField(choices=FROM_STAGES, required=False, allow_blank=True)
    is_filter = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=32767, required=False)


class DefineField(_Said, Reasoned):
    """Key and kind stay for good. Without a key, one is made of the name."""

    kind = serializers.ChoiceField(choices=FieldKind.choices())
    key = serializers.CharField(max_length=30, required=False, allow_blank=True)


class ChangeField(_Said, Versioned):
    name = serializers.CharField(max_length=60, required=False)
