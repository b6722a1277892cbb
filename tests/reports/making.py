"""A small world for reports of every kind, and the worker's part played at once."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils import timezone
from pypdf import PdfReader

from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Document
from reviews.reports.sampling import Sampling
from reviews.services import report_kinds
from tests import people as cast


def record_of(document: Document) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(document.record.read_bytes())
    return read


def made(document: Document) -> Document:
    """As the sequencer and the worker leave it."""
    sequencing.advance()
    render_waiting(at=timezone.now)
    return Document.objects.select_related("pdf", "job", "record").get(pk=document.pk)


def printed(document: Document) -> str:
    assert document.pdf is not None
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document.pdf.read_bytes())).pages)


def unpacked(document: Document) -> dict[str, bytes]:
    assert document.pdf is not None
    with ZipFile(BytesIO(document.pdf.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(sampling: Sampling, **filters: Any) -> Document:
    sequencing.advance()
    rows = AuditEntry.objects.filter(**filters)
    return report_kinds.request_audit_pack(rows, [("Test", "rows")], sampling, by=cast.auditor(), at=timezone.now())
