"""The worker's part: frozen documents are printed, signed and put on record, one after the other.

A document waits without being counted for whatever ends by itself or by an administrator (`delays`): the ledger's
checkpoint, a key, a service that does not answer. What fails for another reason is tried in three sweeps.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.documents import packs, signing
from registry.kernel.documents.binding import proofs_of
from registry.kernel.documents.certificates import Chain, put_on_record
from registry.kernel.documents.credentials import ready
from registry.kernel.documents.delays import Delayed, NoCheckpointYet, SigningPostponed, SigningUnavailable
from registry.kernel.documents.making import ISSUED
from registry.kernel.documents.models import Document, RenderingJob
from registry.kernel.documents.printing import print_apart
from registry.kernel.documents.signers import DigestSigner
from registry.kernel.files import StoredFile, keep_bytes

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = 3
AGAIN_AFTER = 0.3
"""Seconds between two looks whether the ledger has signed."""
PDF = "application/pdf"
LEDGER_NAME = "ledger.json"

POSTPONED = timedelta(minutes=1)

Clock = Callable[[], datetime]


def render_waiting(*, at: Clock, patience: timedelta = timedelta(0)) -> int:
    """Make what is waiting, one after the other; how many were made.

    A document that waits for nothing but the next checkpoint is worth waiting for: up to `patience`, if it was asked
    for within that time, so that people need not wait for the next sweep.
    """
    made, passed_over = 0, set[int]()
    while (document := _claim(at=at(), besides=passed_over)) is not None:
        try:
            _make(document, at=at)
            made += 1
        except NoCheckpointYet as delay:
            _put_back(document, str(delay))
            if at() - document.requested_at < patience:
                time.sleep(AGAIN_AFTER)
            else:
                passed_over.add(document.pk)
        except Delayed as delay:
            log.warning("document delayed", document=document.number, why=str(delay))
            # As if somebody had it in hand, until it is worth printing once more.
            pause = at() - _longest() + POSTPONED if isinstance(delay, SigningPostponed) else None
            _put_back(document, str(delay), claimed_at=pause)
            passed_over.add(document.pk)
        except Exception as failure:
            log.exception("document not made", document=document.number)
            job = RenderingJob.objects.filter(document=document)
            job.update(failure=(str(failure) or type(failure).__name__)[:500], claimed_at=None)
            passed_over.add(document.pk)
    return made


def _claim(*, at: datetime, besides: set[int]) -> Document | None:
    with transaction.atomic():
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - _longest())
        job = (
            RenderingJob.objects.select_for_update(skip_locked=True)
            .filter(free, document__status=Document.Status.QUEUED)
            .exclude(document_id__in=besides)
            .order_by("document_id")
            .first()
        )
        if job is None:
            return None
        if job.attempts >= GIVE_UP_AFTER:
            if not job.failure:
                job.failure = _("The worker was stopped while it made this document.")
                job.save(update_fields=["failure"])
            _fail(job.document, job.failure)
            return _claim(at=at, besides=besides)
        job.claimed_at, job.attempts, job.progress = at, job.attempts + 1, 5
        job.save(update_fields=["claimed_at", "attempts", "progress"])
        return Document.objects.select_related("record", "proofs").get(pk=job.document_id)


def _longest() -> timedelta:
    """A claim older than printing may take belongs to a worker that died; somebody else may take the job."""
    return timedelta(seconds=settings.DOCUMENT_SECONDS) + timedelta(minutes=2)


def _put_back(document: Document, sentence: str, *, claimed_at: datetime | None = None) -> None:
    """As if nobody had tried, but for the sentence that its page shows."""
    job = RenderingJob.objects.filter(document=document)
    job.update(failure=sentence[:500], claimed_at=claimed_at, progress=0, attempts=F("attempts") - 1)


def _make(document: Document, *, at: Clock) -> None:
    frozen = document.record.read_bytes()
    record = json.loads(frozen)
    proofs = proofs_of(document, record, at=at())
    if packs.is_archive(record):
        _pack(document, record, proofs, at=at)
        return
    # The key is asked for first: without one, printing would be in vain.
    with ready(at=at()) as (chain, signer):
        _print_and_sign(document, frozen, proofs, chain, signer, at=at)


def _told(document: Document, at: Clock) -> Callable[[int], None]:
    """Notes how far the making is, and that somebody is still at it."""

    def tell(percent: int) -> None:
        RenderingJob.objects.filter(document=document).update(progress=percent, claimed_at=at())

    return tell


def _pack(document: Document, record: dict[str, Any], proofs: bytes, *, at: Clock) -> None:
    """An archive carries no signature of its own: the ledger vouches for its record, the record for its files."""
    stored = packs.make(
        record,
        number=document.number,
        sha256=document.record.sha256,
        made_at=document.requested_at,
        at=at(),
        tell=_told(document, at),
        besides={LEDGER_NAME: proofs},
    )
    _finish(document, lambda: stored, unsigned_sha256=stored.sha256, media_type=packs.ZIP, at=at())


def _print_and_sign(
    document: Document, frozen: bytes, proofs: bytes, chain: Chain, signer: DigestSigner, *, at: Clock
) -> None:
    unsigned = print_apart(
        document.template,
        frozen,
        number=document.number,
        sha256=document.record.sha256,
        made_at=document.requested_at,
        proofs=proofs,
        tell=_told(document, at),
    )
    try:
        signed = signing.sign(unsigned, chain, signer, number=document.number)
    except SigningUnavailable as failure:
        raise SigningPostponed(str(failure)) from failure
    now = at()
    _finish(
        document,
        lambda: keep_bytes(signed, media_type=PDF, at=now),
        unsigned_sha256=sha256(unsigned).hexdigest(),
        chain=chain,
        at=now,
    )


def _finish(
    document: Document,
    keep: Callable[[], StoredFile],
    *,
    unsigned_sha256: str,
    chain: Chain | None = None,
    media_type: str = PDF,
    at: datetime,
) -> None:
    """Keep the file. Where two workers made the same document, the first to come here has issued it."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.status == Document.Status.READY:
            return
        file = keep()
        locked.pdf, locked.ready_at, locked.status = file, at, Document.Status.READY
        locked.media_type, locked.unsigned_sha256 = media_type, unsigned_sha256
        locked.signer = chain.title if chain is not None else ""
        with acting(reason=_("Made from the frozen record")):
            locked.save()
            if chain is not None:
                put_on_record(chain, at=at)
            note(
                ISSUED,
                at=at,
                object_type=document._meta.label_lower,
                object_id=document.pk,
                detail={
                    "number": locked.number,
                    "record_sha256": document.record.sha256,
                    "unsigned_sha256": unsigned_sha256,
                    "sha256": file.sha256,
                    "signer": locked.signer,
                },
            )
        RenderingJob.objects.filter(document=document).update(progress=100, failure="")


def _fail(document: Document, sentence: str) -> None:
    document.status = Document.Status.FAILED
    with acting(reason=sentence):
        document.save()
