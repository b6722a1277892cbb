"""What a stranger is told about a code or a file: whether it is ours, and whether it still counts.

Says nothing of what a report is about beyond its number, kind and title, and the title only where what it is about
may be known to everybody here. Whoever asks holds the report, or its 100-bit code.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from incidents.models import Incident
from registry.kernel.ledger import proving
from registry.models import Checkpoint, Document, Volume
from reviews.models import ReportKind
from reviews.policies.reports import INCIDENTS
from reviews.reports.provenance import Provenance, provenance


class Result(StrEnum):
    CURRENT = "CURRENT"
    SUPERSEDED = "SUPERSEDED"
    NOT_ISSUED = "NOT_ISSUED"
    """The record is ours; nothing was made of it yet."""
    DIFFERS = "DIFFERS"
    """The code is ours, the file is not the one that was issued."""
    UNKNOWN = "UNKNOWN"


class Matched(StrEnum):
    """What the given hash is the hash of."""

    FILE = "FILE"
    UNSIGNED = "UNSIGNED"
    RECORD = "RECORD"
    VOLUME = "VOLUME"
    """One signed file of an archive."""
    VOLUME_UNSIGNED = "VOLUME_UNSIGNED"
    VOLUME_RECORD = "VOLUME_RECORD"


@dataclass(frozen=True)
class Verification:
    code: str
    sha256: str
    result: Result
    document: Document | None = None
    matched: Matched | None = None
    newer: Document | None = None
    """The report that replaces this one; where that was replaced too, the last of them."""
    other: Document | None = None
    """The report the file belongs to, where it is another than the code's."""
    places: Provenance | None = None
    checkpoint: Checkpoint | None = None

    @property
    def kind(self) -> str:
        kind = self.document.kind if self.document else ""
        return str(dict(ReportKind.choices).get(kind, kind))

    @property
    def title(self) -> str:
        """Empty where it is withheld."""
        return self.document.title if self.document and _is_open(self.document) else ""


def verify(*, code: str = "", sha256: str = "") -> Verification:
    """At least one of the two: a code as it is printed, a SHA-256 in lower-case hex."""
    by_hash, matched = _by_hash(sha256) if sha256 else (None, None)
    if not code:
        document = by_hash
    else:
        document = _documents().filter(code=code).order_by("-id").first()
        if document is not None and sha256 and document != by_hash:
            return _told(code, sha256, document, Result.DIFFERS, other=by_hash)
    if document is None:
        return Verification(code, sha256, Result.UNKNOWN)
    newer = _newest_after(document)
    if newer is not None:
        result = Result.SUPERSEDED
    else:
        result = Result.CURRENT if document.status == Document.Status.READY else Result.NOT_ISSUED
    return _told(code, sha256, document, result, matched=matched, newer=newer)


def _told(
    code: str,
    sha256: str,
    document: Document,
    result: Result,
    *,
    matched: Matched | None = None,
    newer: Document | None = None,
    other: Document | None = None,
) -> Verification:
    places = provenance(document)
    checkpoint = proving.latest() if places.frozen is not None else None
    return Verification(code, sha256, result, document, matched, newer, other, places, checkpoint)


def _documents() -> QuerySet[Document]:
    return Document.objects.select_related("record", "pdf", "proofs")


def _by_hash(sha256: str) -> tuple[Document | None, Matched | None]:
    found = (
        _documents()
        .filter(Q(pdf__sha256=sha256) | Q(unsigned_sha256=sha256) | Q(record__sha256=sha256))
        .order_by("-id")
        .first()
    )
    if found is None:
        return _by_volume(sha256)
    if found.pdf is not None and found.pdf.sha256 == sha256:
        return found, Matched.FILE
    return found, Matched.UNSIGNED if found.unsigned_sha256 == sha256 else Matched.RECORD


def _by_volume(sha256: str) -> tuple[Document | None, Matched | None]:
    found = (
        Volume.objects.filter(Q(sha256=sha256) | Q(unsigned_sha256=sha256) | Q(record_sha256=sha256))
        .order_by("-document_id")
        .first()
    )
    if found is None:
        return None, None
    document = _documents().get(pk=found.document_id)
    if found.sha256 == sha256:
        return document, Matched.VOLUME
    return document, Matched.VOLUME_UNSIGNED if found.unsigned_sha256 == sha256 else Matched.VOLUME_RECORD


def _newest_after(document: Document) -> Document | None:
    """Only what was issued replaces what was issued."""
    newest, last = None, document
    while (after := last.superseded_by.filter(status=Document.Status.READY).order_by("-id").first()) is not None:
        newest = last = after
    return newest


def _is_open(document: Document) -> bool:
    if document.object_type != INCIDENTS:
        return True
    incident = Incident.objects.filter(pk=document.object_id).first()
    return incident is not None and not incident.is_restricted
