"""Putting on record which stored files a document of many files is made of, so that nothing takes them away.

The frozen record names them by hash. A row for each says the same to the database.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.db.models import Exists, OuterRef, Q

from registry.kernel.documents.models import Document, DocumentPart
from registry.kernel.documents.packs import ZIP
from registry.kernel.files import StoredFile
from registry.kernel.storage.base import StorageProblem

log = structlog.get_logger(__name__)


def enter(document: Document, record: Mapping[str, Any]) -> None:
    """Doing it twice changes nothing."""
    files = StoredFile.objects.filter(sha256__in=set(_named(record)))
    DocumentPart.objects.bulk_create(
        [DocumentPart(document=document, file=file) for file in files], ignore_conflicts=True
    )


def enter_missing() -> bool:
    """For archives that were frozen before there were such rows; whether all of them have some now."""
    may_be_one = Q(media_type=ZIP) | ~Q(status=Document.Status.READY)
    without = Document.objects.filter(may_be_one, ~Exists(DocumentPart.objects.filter(document=OuterRef("pk"))))
    is_whole = True
    for document in without.filter(record__isnull=False).select_related("record"):
        try:
            enter(document, json.loads(document.read_record()))
        except StorageProblem as problem:
            log.warning("parts of a document not entered", document=document.number, problem=problem.sentence)
            is_whole = False
    return is_whole


def _named(record: Mapping[str, Any]) -> Iterator[str]:
    parts: Mapping[str, Any] = record.get("archive") or {}
    for kind in ("volumes", "files"):
        yield from (part["sha256"] for part in parts.get(kind, ()))
