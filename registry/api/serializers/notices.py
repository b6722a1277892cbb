"""What somebody is told, and the workflows they watch."""

from typing import Any

from rest_framework import serializers

from registry.models import Notice, Workflow
from registry.services.watches import MOST


class NoticeDetail(serializers.ModelSerializer[Notice]):
    """`under_type` and `under_id` name the record it is listed under, where that is not what it is about."""

    class Meta:
        model = Notice
        fields = [
            "id",
            "kind",
            "subject",
            "body",
            "url",
            "object_type",
            "object_id",
            "under_type",
            "under_id",
            "is_watched",
            "created_at",
            "read_at",
        ]
        read_only_fields = fields


class NoticesRead(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many had not been read.")


class WatchState(serializers.Serializer[Any]):
    workflow = serializers.IntegerField()
    is_watching = serializers.BooleanField()


class WatchedWorkflow(serializers.ModelSerializer[Workflow]):
    is_own = serializers.BooleanField(help_text="Named on it as owner or deputy, and therefore told without asking.")
    is_muted = serializers.BooleanField()

    class Meta:
        model = Workflow
        fields = ["id", "name", "tier", "stage", "is_own", "is_muted"]
        read_only_fields = fields


class WatchMany(serializers.Serializer[Any]):
    workflows = serializers.PrimaryKeyRelatedField(
        queryset=Workflow.objects.defer("search"), many=True, allow_empty=False, help_text=f"At most {MOST}."
    )


class WatchedMany(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="How many were not watched before.")
