"""Signals as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned, Versioned, WorkflowRef
from registry.models import Signal, User

FIELDS = [
    "kind",
    "name",
    "source",
    "owner",
    "cadence",
    "threshold",
    "limit_value",
    "limit_direction",
    "unit",
    "baseline",
    "baseline_value",
    "baseline_date",
]
NEEDED = ("kind", "name", "source", "owner", "cadence", "threshold", "baseline")


class SignalDetail(serializers.ModelSerializer[Signal]):
    workflow = WorkflowRef()
    owner = PersonRef()

    class Meta:
        model = Signal
        fields = [
            "id",
            "workflow",
            *FIELDS,
            "is_active",
            "retired_at",
            "retired_reason",
            "last_seen_at",
            "proven_at",
            "proven_how",
            "version",
        ]
        read_only_fields = fields


class _Fields(serializers.ModelSerializer[Signal]):
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())


class AddSignal(_Fields, Reasoned):
    class Meta:
        model = Signal
        fields = [*FIELDS, "reason"]


class EditSignal(_Fields, Versioned):
    """Only the fields that are to change."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False)

    class Meta:
        model = Signal
        fields = [*FIELDS, "reason", "version"]
        extra_kwargs: dict[str, dict[str, Any]] = {name: {"required": False} for name in NEEDED if name != "owner"}


class ProveSignal(serializers.Serializer[Any]):
    how = serializers.CharField(max_length=250)
    proven_at = serializers.DateTimeField(required=False, help_text="Now unless given.")
