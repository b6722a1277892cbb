"""Evidence as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from incidents.api.serializers.refs import LONGEST, IncidentRef
from incidents.models import CustodyEvent, Evidence, Redaction
from incidents.policies.evidence import may_download
from registry.api.serializers.refs import PersonRef
from registry.models import AuditEntry, User

CLOSED = (
    "trace_id",
    "span_id",
    "run_id",
    "title",
    "note",
    "filename",
    "declared_type",
    "link",
    "source",
    "method",
    "sha256",
    "size",
)
"""What a person who may not read a restricted piece is not told."""


class RedactionOf(serializers.ModelSerializer[Redaction]):
    """What was taken out of the copy, why, and who looked whether it is clean."""

    made_by = PersonRef()
    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = Redaction
        fields = ["status", "taken_out", "reason", "made_by", "made_at", "decided_by", "decided_at", "decision_note"]
        read_only_fields = fields


class PieceRow(serializers.ModelSerializer[Evidence]):
    """`is_readable` says whether the caller may read it; of others only that they exist is shown.

    A list leaves out what may be all there is to read of a piece: its note and its link.
    """

    incident = IncidentRef()
    collected_by = PersonRef()
    sha256 = serializers.CharField(source="file.sha256", default="")
    size = serializers.IntegerField(source="file.size", default=None, allow_null=True, help_text="bytes")
    redaction_of = serializers.IntegerField(source="redaction_of_id", allow_null=True)
    redaction = RedactionOf(default=None, allow_null=True)
    request = serializers.IntegerField(source="request_id", allow_null=True)
    is_readable = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = [
            "id",
            "reference",
            "incident",
            "kind",
            "title",
            "filename",
            "declared_type",
            "size",
            "sha256",
            "collected_by",
            "collected_at",
            "observed_at",
            "received_at",
            "method",
            "source",
            "trace_id",
            "span_id",
            "run_id",
            "retention",
            "is_on_hold",
            "is_restricted",
            "is_named_only",
            "is_readable",
            "redaction_of",
            "redaction",
            "request",
            "custody",
            "checked_at",
            "keep_until",
            "disposed_at",
        ]
        read_only_fields = fields

    def get_is_readable(self, piece: Evidence) -> bool:
        return bool(may_download(self.context["request"].user, piece))

    def to_representation(self, instance: Evidence) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        closed = {name: "" for name in CLOSED if name in shown} | {"size": None, "redaction": None, "observed_at": None}
        return shown if shown["is_readable"] else shown | closed


class Piece(PieceRow):
    """With its note and its link. That a restricted one was read goes on record."""

    class Meta:
        model = Evidence
        fields = [*PieceRow.Meta.fields, "note", "link"]
        read_only_fields = fields


class AddPiece(serializers.Serializer[Any]):
    """A file (as multipart/form-data), or a note or link."""

    file = serializers.FileField(required=False, allow_empty_file=True)
    kind = serializers.ChoiceField(choices=Evidence.Kind.choices)
    title = serializers.CharField(max_length=200)
    method = serializers.CharField(max_length=200, help_text="How it was collected.")
    source = serializers.CharField(max_length=200, help_text="Where it comes from.")  # type: ignore[assignment]
    collected_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    link = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    retention = serializers.ChoiceField(choices=Evidence.Retention.choices, required=False)
    is_restricted = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("file") is not None and attrs.pop("link", ""):
            raise serializers.ValidationError({"link": "Send a file or a link, not both."})
        return attrs


class NamePerson(serializers.Serializer[Any]):
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    reason = serializers.CharField(max_length=300)


class PieceOpening(serializers.ModelSerializer[AuditEntry]):
    """`by` is the number of a person."""

    by = serializers.IntegerField(source="actor_id", allow_null=True)

    class Meta:
        model = AuditEntry
        fields = ["id", "by", "at", "origin"]
        read_only_fields = fields


class Custody(serializers.ModelSerializer[CustodyEvent]):
    by = PersonRef(allow_null=True)

    class Meta:
        model = CustodyEvent
        fields = ["id", "kind", "by", "at", "sha256", "note"]
        read_only_fields = fields
