"""Two moments of a record beside each other."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.history import Change


class DifferenceLine(serializers.Serializer[Any]):
    """One record; `changes` is empty where the caller may not read what changed."""

    title = serializers.CharField()
    changes = Change(many=True)


class DifferenceGroup(serializers.Serializer[Any]):
    """Records of one kind."""

    kind = serializers.CharField(source="label")
    added = DifferenceLine(many=True)
    changed = DifferenceLine(many=True)
    removed = DifferenceLine(many=True)


class DifferenceDetail(serializers.Serializer[Any]):
    """What is not the same at both moments, of the record and everything under it."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    first_known = serializers.DateTimeField(allow_null=True, help_text="When the record was first recorded.")
    groups = DifferenceGroup(many=True)
