"""Change-sets as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import ChangeSet, ImportRow
from registry.services.exchange import KINDS, WORKFLOWS


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
            "of",
            "title",
            "reason",
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
    """A CSV file, an Excel workbook or JSON: a list of records. `of` says what its rows are about; empty: workflows."""

    file = serializers.FileField(allow_empty_file=True)
    of = serializers.ChoiceField(choices=list(KINDS), required=False, allow_blank=True, default=WORKFLOWS)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class TryImport(serializers.Serializer[Any]):
    """`mapping` is the name of a mapping; left empty, for records other than workflows, the headings say it.

    `take_file` also overwrites what people changed in workflows here since.
    """

    mapping = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    take_file = serializers.BooleanField(required=False, default=False)


class Row(serializers.ModelSerializer[ImportRow]):
    workflow = serializers.IntegerField(source="workflow_id", allow_null=True)

    class Meta:
        model = ImportRow
        fields = ["id", "row_number", "outcome", "workflow", "workflow_reference"]
        fields += ["record_id", "record_name"]
        fields += ["original", "before", "after", "problems"]
        read_only_fields = fields
