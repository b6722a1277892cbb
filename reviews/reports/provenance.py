"""Where a report stands in the ledger, and which checkpoint vouches for it."""

from dataclasses import dataclass

from registry.kernel.documents.binding import FROZEN, ISSUED, checkpoint_inside
from registry.kernel.documents.certificates import fingerprint_in
from registry.models import AuditEntry, Checkpoint, Document, LogKey


@dataclass(frozen=True)
class Provenance:
    """Places in the log, where they are known; `checkpoint` is the one whose note travels inside the file."""

    frozen: int | None
    issued: int | None
    checkpoint: Checkpoint | None
    key: LogKey | None
    """The certificate chain the report is signed with."""


def provenance(document: Document) -> Provenance:
    entries = AuditEntry.objects.filter(
        object_type=document._meta.label_lower, object_id=str(document.pk), event__in=[FROZEN, ISSUED]
    )
    places = dict(entries.values_list("event", "leaf__index"))
    return Provenance(
        places.get(FROZEN),
        places.get(ISSUED),
        _checkpoint(document),
        LogKey.objects.filter(fingerprint=fingerprint_in(document.signer)).first() if document.signer else None,
    )


def _checkpoint(document: Document) -> Checkpoint | None:
    size = checkpoint_inside(document)
    return Checkpoint.objects.filter(size=size).first() if size else None
