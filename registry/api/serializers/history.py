"""Lines of the readable history."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import AuditEntry


class Change(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    old = serializers.CharField()
    new = serializers.CharField()


class HistoryEntry(serializers.Serializer[Any]):
    """Who, when, why and what changed. `kind` is + created, ~ changed, - deleted, E an event that changed no row."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=AuditEntry.Kind.choices)
    event = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    title = serializers.CharField()
    actor = PersonRef(allow_null=True)
    origin = serializers.CharField()
    unit_id = serializers.CharField(help_text="The request, task or command it belongs to.")
    reason = serializers.CharField()
    changes = Change(many=True)
