"""What ties a document to the ledger: proofs that its record, and everything the record cites, stand in it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.audit.models import AuditEntry
from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.delays import NoCheckpointYet
from registry.kernel.documents.models import Document
from registry.kernel.files import keep_bytes
from registry.kernel.ledger import proving
from registry.kernel.ledger.models import Checkpoint, Leaf

FROZEN = "FROZEN"
"""The event by which a record's hash enters the ledger before anything is printed of it."""
ISSUED = "ISSUED"
"""The event by which the hashes of the finished file enter it."""


def proofs_of(document: Document, record: Any, *, at: datetime) -> bytes:
    """The canonical `ledger.json`: taken from the ledger once, and the same ever after.

    Raises NoCheckpointYet while a cited entry has no place in the log.
    """
    if document.proofs is None:
        _take(document, record, at=at)
    return document.proofs.read_bytes() if document.proofs is not None else b""


def proofs_of_volume(document: Document, volume: Any) -> bytes:
    """The `ledger.json` of one volume: what it cites, under the checkpoint that the whole is bound with.

    Only once `proofs_of` has taken the proofs of the whole.
    """
    note: str = json.loads(document.proofs.read_bytes())["checkpoint"] if document.proofs is not None else ""
    checkpoint = Checkpoint.objects.get(size=int(note.splitlines()[1]))
    frozen = frozen_entry(document).pk
    return canonical(proving.ledger_json({*cited(volume), frozen}, frozen, checkpoint))


def frozen_entry(document: Document) -> AuditEntry:
    """The entry by which the hash of the record was put into the ledger."""
    return AuditEntry.objects.get(
        object_type=document._meta.label_lower, object_id=str(document.pk), kind=AuditEntry.Kind.EVENT, event=FROZEN
    )


def cited(record: Any) -> Iterator[int]:
    """Numbers of the entries a record names, wherever it says `{"entry": {"id", "leaf_hash"}}`."""
    if isinstance(record, list):
        for item in record:
            yield from cited(item)
    elif isinstance(record, dict):
        match record.get("entry"):
            case {"id": int(number), "leaf_hash": str()}:
                yield number
        for item in record.values():
            yield from cited(item)


def _take(document: Document, record: Any, *, at: datetime) -> None:
    frozen = frozen_entry(document).pk
    wanted = {*cited(record), frozen}
    checkpoint = proving.latest()
    size = checkpoint.size if checkpoint is not None else 0
    if checkpoint is None or Leaf.objects.filter(entry_id__in=wanted, index__lt=size).count() < len(wanted):
        raise NoCheckpointYet(_("Waiting for the ledger's next checkpoint."))
    content = canonical(proving.ledger_json(wanted, frozen, checkpoint))
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=["self"]).select_related("proofs").get(pk=document.pk)
        if locked.proofs is None:
            locked.proofs = keep_bytes(content, media_type="application/json", at=at)
            with acting(reason=_("Proofs taken from the ledger")):
                locked.save()
    document.proofs = locked.proofs
