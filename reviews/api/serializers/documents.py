"""Documents as the API shows them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.kernel.http.moments import read_moment
from registry.models import Document


class DocumentRow(serializers.ModelSerializer[Document]):
    """`record_sha256` is of the frozen record, `unsigned_sha256` of what is printed from it, `pdf_sha256` as issued."""

    record_sha256 = serializers.CharField(help_text="Empty while the record is being gathered.")
    frozen_at = serializers.DateTimeField(
        allow_null=True, help_text="When the record came to be. Null while it is being gathered."
    )
    pdf_sha256 = serializers.CharField(source="pdf.sha256", default="")
    requested_by = PersonRef()
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)
    progress = serializers.SerializerMethodField(help_text="Percent.")
    told = serializers.SerializerMethodField(help_text="What it waits for, or why it could not be made.")

    class Meta:
        model = Document
        fields = [
            "id",
            "kind",
            "number",
            "title",
            "object_type",
            "object_id",
            "as_of",
            "status",
            "media_type",
            "code",
            "options",
            "progress",
            "told",
            "record_sha256",
            "unsigned_sha256",
            "pdf_sha256",
            "signer",
            "requested_by",
            "requested_at",
            "frozen_at",
            "ready_at",
            "supersedes",
        ]
        read_only_fields = fields

    def get_told(self, document: Document) -> str:
        job = getattr(document, "job", None)
        return job.failure if job is not None else ""

    def get_progress(self, document: Document) -> int:
        job = getattr(document, "job", None)
        if document.status == Document.Status.READY:
            return 100
        return job.progress if job is not None else 0


class DocumentDetail(DocumentRow):
    """With what was corrected. That a report of a restricted incident was opened goes on record."""

    class Meta:
        model = Document
        fields = [*DocumentRow.Meta.fields, "correction"]
        read_only_fields = fields


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.CharField):
    """A moment of the past, as `?at=` takes it elsewhere."""

    def to_internal_value(self, data: Any) -> Any:
        return read_moment(super().to_internal_value(data), now=timezone.now())


class AskAsKnown(serializers.Serializer[Any]):
    at = MomentField(
        source="known_at",
        required=False,
        allow_null=True,
        default=None,
        help_text="Show what was known at this moment, such as `2026-11-20T14:30Z`. Without it: as it is now.",
    )


class AskForReport(AskAsKnown):
    correction = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=2000, help_text="What was corrected since."
    )
