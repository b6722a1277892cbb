"""A small world for reports of every kind, and the worker's part played at once."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.http import QueryDict
from django.utils import timezone
from pypdf import PdfReader

from registry.kernel.documents import gathering
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import Document, User
from reviews.filters import asked as asking
from reviews.reports.sampling import Sampling
from reviews.services import report_kinds
from tests import people as cast


def gathered(document: Document) -> Document:
    """With its record, as the worker gathers it."""
    document = Document.objects.select_related("record").get(pk=document.pk)
    gathering.gather(document, at=timezone.now)
    return document


def record_of(document: Document) -> dict[str, Any]:
    document = gathered(document)
    read: dict[str, Any] = json.loads(document.read_record())
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


def pack_asked(sampling: Sampling, query: str = "", *, by: User | None = None, **asked: Any) -> Document:
    found = asking.history(QueryDict(query))
    filters = report_kinds.PackFilters(asking.history_query(found), found.qs, asking.history_words(found))
    return report_kinds.request_audit_pack(
        filters, sampling, by=by or cast.auditor(), **({"at": timezone.now()} | asked)
    )


def packed(sampling: Sampling, query: str = "") -> Document:
    """Gathered, of all that there is."""
    sequencing.advance()
    return gathered(pack_asked(sampling, query))
