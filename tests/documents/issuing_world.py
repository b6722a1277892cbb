"""A frozen document and a worker to make it, for tests of making and signing."""

import json
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from pypdf import PdfReader

from registry.kernel.documents.issuing import render_waiting
from registry.kernel.documents.making import freeze
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Document, User
from tests import people
from tests.documents.sample_record import empty_record, sample_record

TEMPLATE = "documents/incident_report.html"


def frozen(
    *, record: dict[str, Any] | None = None, by: User | None = None, at: datetime | None = None, **options: Any
) -> Document:
    """An incident report of the sample record that also cites the ledger entries there are."""

    def build(number: str, version: int) -> dict[str, Any]:
        content = record or empty_record()
        content["document"] |= {"number": number, "version": version}
        content["cites"] = [
            {"entry": {"id": entry.pk, "leaf_hash": bytes(entry.leaf_hash).hex()}} for entry in AuditEntry.objects.all()
        ]
        return content

    asked = {"kind": "SAMPLE", "series": "SR-2026", "title": "Sample", "template": TEMPLATE, "subject": None}
    return freeze(build=build, by=by or people.risk(), at=at or timezone.now(), **(asked | options))


def issued(**options: Any) -> Document:
    """A document made whole, as a worker does it."""
    document = frozen(**options)
    sequencing.advance()
    made = render_waiting(at=timezone.now)
    ready = Document.objects.select_related("pdf", "record", "proofs", "job").get(pk=document.pk)
    assert made == 1, ready.job.failure
    return ready


def full(**options: Any) -> Document:
    return issued(record=sample_record(), **options)


def bytes_of(document: Document) -> bytes:
    assert document.pdf is not None
    return document.pdf.read_bytes()


def attached(content: bytes) -> dict[str, bytes]:
    return {name: parts[0] for name, parts in PdfReader(BytesIO(content)).attachments.items()}


def ledger_of(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(attached(content)["ledger.json"])
    return found


def waiting(document: Document) -> str:
    """What its page says it waits for."""
    document = Document.objects.select_related("job").get(pk=document.pk)
    assert document.status == Document.Status.QUEUED
    assert document.job.attempts == 0
    return document.job.failure
