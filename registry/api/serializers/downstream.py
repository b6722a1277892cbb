"""Downstream actions as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import Reasoned, Versioned, WorkflowRef
from registry.models import DownstreamAction, Surface

FIELDS = [
    "name",
    "target_system",
    "effect",
    "reversibility",
    "validation",
    "validation_note",
    "reach",
    "volume_per_day",
    "tool",
]
NEEDED = ("name", "target_system", "effect", "reversibility", "validation", "reach")


class DownstreamDetail(serializers.ModelSerializer[DownstreamAction]):
    workflow = WorkflowRef()

    class Meta:
        model = DownstreamAction
        fields = ["id", "workflow", *FIELDS, "is_active", "retired_at", "retired_reason", "version"]
        read_only_fields = fields


class _Fields(serializers.ModelSerializer[DownstreamAction]):
    effect = serializers.CharField(max_length=4000)
    tool = serializers.PrimaryKeyRelatedField(
        queryset=Surface.objects.filter(kind=Surface.Kind.TOOL),
        allow_null=True,
        required=False,
        help_text="A surface of kind TOOL of the same workflow.",
    )


class AddDownstream(_Fields, Reasoned):
    class Meta:
        model = DownstreamAction
        fields = [*FIELDS, "reason"]


class EditDownstream(_Fields, Versioned):
    """Only the fields that are to change."""

    effect = serializers.CharField(max_length=4000, required=False)

    class Meta:
        model = DownstreamAction
        fields = [*FIELDS, "reason", "version"]
        extra_kwargs: dict[str, dict[str, Any]] = {name: {"required": False} for name in NEEDED if name != "effect"}
