"""Documents as the API shows them."""

from rest_framework import serializers

from registry.api.serializers.refs import PersonRef
from registry.models import Document


class DocumentDetail(serializers.ModelSerializer[Document]):
    """`record_sha256` is of the frozen record, `pdf_sha256` of what was printed from it."""

    record_sha256 = serializers.CharField(source="record.sha256")
    pdf_sha256 = serializers.CharField(source="pdf.sha256", default="")
    requested_by = PersonRef()
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)
    progress = serializers.SerializerMethodField(help_text="Percent.")

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
            "progress",
            "record_sha256",
            "pdf_sha256",
            "requested_by",
            "requested_at",
            "ready_at",
            "supersedes",
        ]
        read_only_fields = fields

    def get_progress(self, document: Document) -> int:
        job = getattr(document, "job", None)
        if document.status == Document.Status.READY:
            return 100
        return job.progress if job is not None else 0
