"""Surfaces and their versions as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned
from registry.models import Surface, SurfaceVersion


class VersionRef(serializers.ModelSerializer[SurfaceVersion]):
    class Meta:
        model = SurfaceVersion
        fields = ["id", "label", "digest", "changed_at"]


class SurfaceDetail(serializers.ModelSerializer[Surface]):
    workflow = serializers.IntegerField(source="workflow_id")
    current = VersionRef(allow_null=True)
    known_good = VersionRef(allow_null=True)

    class Meta:
        model = Surface
        fields = [
            "id",
            "workflow",
            "kind",
            "name",
            "is_active",
            "retired_at",
            "retired_reason",
            "current",
            "known_good",
            "is_at_known_good",
            "version",
        ]
        read_only_fields = fields


class AddSurface(Reasoned):
    kind = serializers.ChoiceField(choices=Surface.Kind.choices)
    name = serializers.CharField(max_length=150)


class Version(serializers.ModelSerializer[SurfaceVersion]):
    recorded_by = PersonRef()
    known_good_by = PersonRef(allow_null=True)

    class Meta:
        model = SurfaceVersion
        fields = [
            "id",
            "label",
            "digest",
            "source_url",
            "note",
            "author",
            "changed_at",
            "recorded_by",
            "recorded_at",
            "known_good_by",
            "known_good_at",
            "known_good_note",
        ]
        read_only_fields = fields


class RecordVersion(serializers.Serializer[Any]):
    label = serializers.CharField(max_length=100)  # type: ignore[assignment]
    note = serializers.CharField(max_length=4000)
    digest = serializers.CharField(max_length=150, required=False, allow_blank=True)
    source_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    author = serializers.CharField(max_length=150, required=False, allow_blank=True)
    changed_at = serializers.DateTimeField(required=False, help_text="In use since; now unless given.")
