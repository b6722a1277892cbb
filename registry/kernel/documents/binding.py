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
    checkpoint = Checkpoint.objects.get(size=checkpoint_inside(document))
    frozen = frozen_entry(document).pk
    return canonical(proving.ledger_json({*cited(volume), frozen}, frozen, checkpoint))


def proof_of_issue(document: Document) -> bytes:
    """For whoever holds the finished file: that the ledger names it. In the form of `ledger.json`, with the place of
    that entry as `issued`, and with the step from the checkpoint inside the file to the newest.

    Raises NoCheckpointYet while the newest checkpoint does not cover the entry.
    """
    frozen, issued = _entry(document, FROZEN), _entry(document, ISSUED)
    checkpoint, place = proving.latest(), proving.leaf_index(issued.pk)
    if checkpoint is None or place is None or place >= checkpoint.size:
        raise NoCheckpointYet(_("Waiting for the ledger's next checkpoint."))
    told = proving.ledger_json({issued.pk}, frozen.pk, checkpoint, from_sizes={checkpoint_inside(document)})
    return canonical({**told, "issued": place})


def checkpoint_inside(document: Document) -> int:
    """Size of the log in the checkpoint that the proofs of the document lead to; 0 where there are none."""
    if document.proofs is None:
        return 0
    note: str = json.loads(document.proofs.read_bytes())["checkpoint"]
    return int(note.splitlines()[1])


def frozen_entry(document: Document) -> AuditEntry:
    """The entry by which the hash of the record was put into the ledger."""
    return _entry(document, FROZEN)


def _entry(document: Document, event: str) -> AuditEntry:
    return AuditEntry.objects.get(
        object_type=document._meta.label_lower, object_id=str(document.pk), kind=AuditEntry.Kind.EVENT, event=event
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
