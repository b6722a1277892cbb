"""The last step of a document: signed, kept, and put on record."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.documents import packs, signing
from registry.kernel.documents.binding import ISSUED
from registry.kernel.documents.certificates import Chain, put_on_record
from registry.kernel.documents.delays import SigningPostponed, SigningUnavailable
from registry.kernel.documents.models import Document, RenderingJob, Volume
from registry.kernel.documents.signers import DigestSigner
from registry.kernel.files import StoredFile

PDF = "application/pdf"


@dataclass(frozen=True)
class Sealing:
    """A document and whoever signs what is made of it."""

    document: Document
    chain: Chain
    signer: DigestSigner

    def sign(self, unsigned: bytes) -> bytes:
        try:
            return signing.sign(unsigned, self.chain, self.signer, number=self.document.number)
        except SigningUnavailable as failure:
            raise SigningPostponed(str(failure)) from failure


def issue(
    sealing: Sealing,
    keep: Callable[[], StoredFile],
    *,
    unsigned_sha256: str = "",
    volumes: Sequence[packs.Signed] = (),
    media_type: str = PDF,
    at: datetime,
) -> None:
    """Keep the file and put it on record."""
    document = sealing.document
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.status == Document.Status.READY:
            return
        file = keep()
        locked.pdf, locked.ready_at, locked.status = file, at, Document.Status.READY
        locked.media_type, locked.unsigned_sha256 = media_type, unsigned_sha256
        locked.signer = sealing.chain.title
        with acting(reason=_("Made from the frozen record")):
            locked.save(update_fields=["pdf", "ready_at", "status", "media_type", "unsigned_sha256", "signer"])
            put_on_record(sealing.chain, at=at)
            note(
                ISSUED,
                at=at,
                object_type=document._meta.label_lower,
                object_id=document.pk,
                detail={
                    "number": locked.number,
                    "record_sha256": document.record_sha256,
                    "unsigned_sha256": unsigned_sha256,
                    "sha256": file.sha256,
                    "signer": locked.signer,
                    **_volumes(document, volumes),
                },
            )
        RenderingJob.objects.filter(document=document).update(progress=100, failure="")
    document.status = locked.status


def _volumes(document: Document, volumes: Sequence[packs.Signed]) -> dict[str, list[dict[str, str]]]:
    """In their order, so that each is found by its hash and named in the ledger."""
    for number, volume in enumerate(volumes, start=1):
        Volume.objects.filter(document=document, number=number).update(**asdict(volume))
    return {"volumes": [asdict(volume) for volume in volumes]} if volumes else {}
