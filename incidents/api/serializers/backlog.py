"""Readings of queues as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from incidents.models import BacklogReading
from registry.api.serializers.refs import PersonRef

MOST = 100_000_000


class Backlog(serializers.ModelSerializer[BacklogReading]):
    by = PersonRef()

    class Meta:
        model = BacklogReading
        fields = [
            "id", "queue", "length", "people", "per_hour_in", "per_hour_out", "at", "entered_at", "source", "by",
            "note",
        ]  # fmt: skip
        read_only_fields = fields


class ReadBacklog(serializers.Serializer[Any]):
    queue = serializers.CharField(max_length=100)
    length = serializers.IntegerField(min_value=0, max_value=MOST)
    people = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    per_hour_in = serializers.FloatField(min_value=0, max_value=MOST, required=False, allow_null=True)
    per_hour_out = serializers.FloatField(min_value=0, max_value=MOST, required=False, allow_null=True)
    read_at = serializers.DateTimeField(required=False, help_text="When it was so; now, unless given.")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class QueueOutlook(serializers.Serializer[Any]):
    """One queue by its newest reading. `net` is what is added an hour; `clears_at` only where `clearing` is AT."""

    queue = serializers.CharField(source="name")
    length = serializers.IntegerField(source="newest.length")
    people = serializers.IntegerField(source="newest.people", allow_null=True)
    at = serializers.DateTimeField(source="newest.at")
    trend = serializers.CharField(source="outlook.trend", help_text="GROWING, STEADY, SHRINKING or UNKNOWN.")
    net = serializers.FloatField(source="outlook.net", allow_null=True)
    clearing = serializers.CharField(source="outlook.clearing", help_text="AT, NEVER, CLEAR or UNKNOWN.")
    clears_at = serializers.DateTimeField(source="outlook.clears_at", allow_null=True)
