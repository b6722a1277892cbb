"""Changes of many workflows at once as the API takes and shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned
from registry.models import ChangeSet, ImportRow
from registry.services.changing import MOST

ANY = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "array", "null"], "items": {"type": "string"}},
}


class ChangeSetRef(serializers.ModelSerializer[ChangeSet]):
    asked_by = PersonRef()
    undone_by = PersonRef(allow_null=True)
    rows = serializers.SerializerMethodField()

    class Meta:
        model = ChangeSet
        fields = ["id", "kind", "of", "title", "reason", "status", "rows", "undoes", "asked_by", "asked_at"]
        fields += ["undone_by", "undone_at"]
        read_only_fields = fields

    def get_rows(self, change_set: ChangeSet) -> int:
        return int(change_set.counts.get("rows", 0))


class ChangeSetRow(serializers.ModelSerializer[ImportRow]):
    workflow = serializers.IntegerField(source="workflow_id", allow_null=True)

    class Meta:
        model = ImportRow
        fields = ["id", "row_number", "outcome", "workflow", "workflow_reference", "record_id"]
        fields += ["record_name", "before", "after"]
        read_only_fields = fields


class RowSeen(serializers.Serializer[Any]):
    """A workflow, and the version of it that was read."""

    workflow = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


@extend_schema_field(ANY)
class Changes(serializers.Field[Any, Any, Any, Any]):
    """By the name of the field: `stage`, `business_owner`, `tags.add`, `field.KEY` …; null empties."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict) or not data or len(data) > MOST // 10:
            raise serializers.ValidationError("Send an object: name of a field to its new value.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class TryChanges(serializers.Serializer[Any]):
    rows = serializers.ListField(child=RowSeen(), min_length=1, max_length=MOST)
    changes = Changes()


class MakeChanges(TryChanges, Reasoned):
    """All of the rows or none. A row that moved on since its version stands in the way of all (409)."""


class TriedChange(serializers.Serializer[Any]):
    field = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class TriedRow(serializers.Serializer[Any]):
    workflow = serializers.IntegerField()
    changes = TriedChange(many=True)
    refusal = serializers.CharField()


class TriedChanges(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = TriedRow(many=True)


class MadeChanges(serializers.Serializer[Any]):
    """`change_set` is null where every row said so already."""

    changed = serializers.IntegerField()
    change_set = serializers.IntegerField(source="change_set.pk", allow_null=True, default=None)


class UndoChanges(Reasoned):
    """`leave_out_clashes`: rows that moved on since stay as they are; else they stand in the way of all."""

    leave_out_clashes = serializers.BooleanField(required=False, default=False)


class WayBack(serializers.Serializer[Any]):
    """What could not go back, in sentences."""

    clashes = serializers.ListField(child=serializers.CharField())
