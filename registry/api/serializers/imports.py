"""Change-sets as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import ChangeSet, ImportRow


class ImportRef(serializers.ModelSerializer[ChangeSet]):
    sha256 = serializers.CharField(source="file.sha256")
    mapping = serializers.CharField(source="mapping.name", default="")
    asked_by = PersonRef()
    applied_by = PersonRef(allow_null=True)
    undone_by = PersonRef(allow_null=True)

    class Meta:
        model = ChangeSet
        fields = [
            "id",
            "title",
            "filename",
            "sha256",
            "status",
            "counts",
            "mapping",
            "asked_by",
            "asked_at",
            "applied_by",
            "applied_at",
            "undone_by",
            "undone_at",
        ]
        read_only_fields = fields


class ImportDetail(ImportRef):
    class Meta:
        model = ChangeSet
        fields = [*ImportRef.Meta.fields, "problems"]
        read_only_fields = fields


class Upload(serializers.Serializer[Any]):
    """A CSV file or an Excel workbook."""

    file = serializers.FileField(allow_empty_file=True)


class TryImport(serializers.Serializer[Any]):
    """`mapping` is the name of a mapping; `take_file` also overwrites what people changed here since."""

    mapping = serializers.CharField(max_length=80)
    take_file = serializers.BooleanField(required=False, default=False)


class Row(serializers.ModelSerializer[ImportRow]):
    workflow = serializers.IntegerField(source="workflow_id", allow_null=True)

    class Meta:
        model = ImportRow
        fields = ["id", "row_number", "outcome", "workflow", "workflow_reference"]
        fields += ["original", "before", "after", "problems"]
        read_only_fields = fields
