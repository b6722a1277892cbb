"""What the public look-up answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.models import Checkpoint, Document
from reviews.reports.verification import Matched, Result, Verification


class CoveringCheckpoint(serializers.ModelSerializer[Checkpoint]):
    class Meta:
        model = Checkpoint
        fields = ["origin", "size", "root", "signed_at"]


class LaterReport(serializers.ModelSerializer[Document]):
    issued_at = serializers.DateTimeField(source="ready_at")

    class Meta:
        model = Document
        fields = ["number", "issued_at"]


class Verified(serializers.Serializer[Verification]):
    """`matched` says what the given hash is the hash of; `title` is null where it is withheld."""

    result = serializers.ChoiceField(choices=[each.value for each in Result])
    matched = serializers.ChoiceField(choices=[each.value for each in Matched], allow_null=True)
    number = serializers.CharField(source="document.number", default=None)
    kind = serializers.CharField(source="document.kind", default=None)
    title = serializers.SerializerMethodField()
    code = serializers.CharField(source="document.code", default=None)
    frozen_at = serializers.DateTimeField(source="document.frozen_at", default=None)
    issued_at = serializers.DateTimeField(source="document.ready_at", default=None)
    record_sha256 = serializers.CharField(source="document.record_sha256", default=None)
    unsigned_sha256 = serializers.CharField(source="document.unsigned_sha256", default=None)
    sha256 = serializers.CharField(source="document.pdf.sha256", default=None)
    signer = serializers.CharField(source="document.signer", default=None)
    superseded_by = LaterReport(source="newer", allow_null=True)
    file_belongs_to = serializers.CharField(source="other.number", default=None)
    frozen_leaf = serializers.IntegerField(source="places.frozen", default=None)
    issued_leaf = serializers.IntegerField(source="places.issued", default=None)
    checkpoint = CoveringCheckpoint(allow_null=True)

    @extend_schema_field({"type": ["string", "null"]})
    def get_title(self, found: Verification) -> Any:
        return found.title or None
