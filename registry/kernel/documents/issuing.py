"""The worker's part: documents are gathered, printed, signed and put on record, one after the other.

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
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.documents import gathering, packs
from registry.kernel.documents.binding import frozen_entry, proofs_of, proofs_of_volume
from registry.kernel.documents.credentials import ready
from registry.kernel.documents.delays import Delayed, NoCheckpointYet, SigningPostponed
from registry.kernel.documents.holding import held
from registry.kernel.documents.models import Document, RenderingJob
from registry.kernel.documents.printing import STARTED, print_apart
from registry.kernel.documents.sealing import PDF, Sealing, issue
from registry.kernel.files import keep_bytes

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = 3
AGAIN_AFTER = 0.3
"""Seconds between two looks whether the ledger has signed."""
LEDGER_NAME = "ledger.json"
POSTPONED = timedelta(minutes=1)

Clock = Callable[[], datetime]


def render_waiting(*, at: Clock, patience: timedelta = timedelta(0)) -> int:
    """Make what is waiting, one after the other; how many were made.

    A document that waits for nothing but the next checkpoint is worth waiting for: up to `patience`, from when its
    record entered the ledger, so that people need not wait for the next sweep.
    """
    made, passed_over = 0, set[int]()
    while (pk := _next(at=at(), besides=passed_over)) is not None:
        with held(pk) as is_ours:
            # Where another worker has it in hand, it is done or given up by the time of the next sweep.
            document = _begin(pk, at=at()) if is_ours else None
            if document is None or not _made(document, at=at, patience=patience):
                passed_over.add(pk)
                continue
            made += document.status == Document.Status.READY
    return made


def _made(document: Document, *, at: Clock, patience: timedelta) -> bool:
    """Whether it was made, or is worth another try at once. What stands in the way is told to the document's page."""
    try:
        _make(document, at=at)
    except NoCheckpointYet as delay:
        _put_back(document, str(delay))
        # Of two clocks that disagree by more than that, nobody waits for the later one.
        if abs(at() - frozen_entry(document).at) >= patience:
            return False
        time.sleep(AGAIN_AFTER)
    except Delayed as delay:
        log.warning("document delayed", document=document.number, why=str(delay))
        _put_back(document, str(delay), not_before=at() + POSTPONED if isinstance(delay, SigningPostponed) else None)
        return False
    except gathering.NotGathered as refusal:
        log.warning("document not gathered", document=document.number, why=str(refusal))
        _give_up(document, str(refusal))
        return False
    except Exception as failure:
        log.exception("document not made", document=document.number)
        job = RenderingJob.objects.filter(document=document)
        job.update(failure=(str(failure) or type(failure).__name__)[:500])
        return False
    return True


def _next(*, at: datetime, besides: set[int]) -> int | None:
    due = Q(not_before__isnull=True) | Q(not_before__lt=at)
    waiting = RenderingJob.objects.filter(due, document__status=Document.Status.QUEUED)
    return waiting.exclude(document_id__in=besides).order_by("document_id").values_list("pk", flat=True).first()


def _begin(pk: int, *, at: datetime) -> Document | None:
    """The document, counted as tried once more. None if it is not waiting any more, or was tried often enough.

    Everybody locks the document before its job.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update(of=["self"]).select_related("record", "proofs").get(pk=pk)
        if document.status != Document.Status.QUEUED:
            return None
        job = RenderingJob.objects.select_for_update().get(pk=pk)
        if job.attempts >= GIVE_UP_AFTER:
            if not job.failure:
                job.failure = _("The worker was stopped while it made this document.")
                job.save(update_fields=["failure"])
            _fail(document, job.failure)
            return None
        job.attempts, job.progress = job.attempts + 1, STARTED
        job.save(update_fields=["attempts", "progress"])
    return document


def _put_back(document: Document, sentence: str, *, not_before: datetime | None = None) -> None:
    """As if nobody had tried, but for the sentence that its page shows."""
    job = RenderingJob.objects.filter(document=document)
    job.update(failure=sentence[:500], not_before=not_before, progress=0, attempts=F("attempts") - 1)


def _make(document: Document, *, at: Clock) -> None:
    if gathering.gather(document, at=at):
        # What was tried until now was to gather it; printing has three attempts of its own.
        RenderingJob.objects.filter(document=document).update(attempts=1, failure="", progress=STARTED)
    frozen = document.read_record()
    record = json.loads(frozen)
    proofs = proofs_of(document, record, at=at())
    # The key is asked for first: without one, printing would be in vain.
    with ready(at=at()) as (chain, signer):
        sealing = Sealing(document, chain, signer)
        if packs.is_archive(record):
            _pack(sealing, record, proofs, at=at)
        else:
            _print_and_sign(sealing, frozen, proofs, at=at)


def _told(document: Document) -> Callable[[int], None]:
    def tell(percent: int) -> None:
        RenderingJob.objects.filter(document=document).update(progress=percent)

    return tell


def _pack(sealing: Sealing, record: dict[str, Any], proofs: bytes, *, at: Clock) -> None:
    """An archive carries no signature of its own: its volumes do, and the ledger vouches for its record, the record
    for all of its files.
    """
    document = sealing.document
    press = packs.Press(
        number=document.number,
        sha256=document.record_sha256,
        made_at=_frozen_at(document),
        proofs_of=lambda frozen: proofs_of_volume(document, json.loads(frozen)),
        sign=sealing.sign,
    )
    stored, volumes = packs.make(record, press, at=at(), tell=_told(document), besides={LEDGER_NAME: proofs})
    issue(sealing, lambda: stored, volumes=volumes, media_type=packs.ZIP, at=at())


def _print_and_sign(sealing: Sealing, frozen: bytes, proofs: bytes, *, at: Clock) -> None:
    document = sealing.document
    unsigned = print_apart(
        document.template,
        frozen,
        number=document.number,
        sha256=document.record_sha256,
        made_at=_frozen_at(document),
        proofs=proofs,
        tell=_told(document),
    )
    signed = sealing.sign(unsigned)
    now = at()
    issue(
        sealing,
        lambda: keep_bytes(signed, media_type=PDF, at=now),
        unsigned_sha256=sha256(unsigned).hexdigest(),
        at=now,
    )


def _frozen_at(document: Document) -> datetime:
    """The only date in the file."""
    return document.frozen_at or document.requested_at


def _give_up(document: Document, sentence: str) -> None:
    """At once: trying again would end the same. Who knows better may still ask for that."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        RenderingJob.objects.filter(document=locked).update(failure=sentence[:500])
        _fail(locked, sentence)


def _fail(document: Document, sentence: str) -> None:
    """`document` is locked."""
    document.status = Document.Status.FAILED
    with acting(reason=sentence):
        document.save(update_fields=["status"])
