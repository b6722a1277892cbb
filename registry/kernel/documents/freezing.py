"""The moment in which a document gets its record, whether it is asked for or gathered by a worker."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.kernel.audit.events import note
from registry.kernel.documents import parts
from registry.kernel.documents.binding import FROZEN
from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.models import Document, Volume
from registry.kernel.documents.packs import is_archive
from registry.kernel.files import keep_bytes


def version_of(document: Document) -> int:
    """Which of the documents of its kind about the same it is, counted from one; before it is saved too."""
    alike = Document.objects.filter(kind=document.kind, object_type=document.object_type, object_id=document.object_id)
    earlier = alike if document._state.adding else alike.filter(pk__lt=document.pk)
    return earlier.count() + 1


def put_in(document: Document, frozen: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what was frozen and give it to `document`, which the caller then saves."""
    document.record = keep_bytes(canonical(frozen), media_type="application/json", at=at)
    document.code = code_of(document.record.sha256)


def enter(document: Document, frozen: Mapping[str, Any], *, at: datetime) -> None:
    """Bind the record of a saved document to its number, in the ledger, and to the files it names."""
    note(
        FROZEN,
        at=at,
        object_type=document._meta.label_lower,
        object_id=document.pk,
        detail={
            "number": document.number,
            "sha256": document.record_sha256,
            "kind": document.kind,
            **_volumes(document, frozen),
        },
    )
    parts.enter(document, frozen)


def _volumes(document: Document, frozen: Mapping[str, Any]) -> dict[str, list[str]]:
    """Of an archive: the record of each volume by its hash, so that the ledger binds each volume for itself too."""
    if not is_archive(frozen):
        return {}
    hashes = [volume["sha256"] for volume in frozen["archive"]["volumes"]]
    Volume.objects.bulk_create(
        Volume(document=document, number=number, record_sha256=sha256) for number, sha256 in enumerate(hashes, start=1)
    )
    return {"volumes": hashes}
