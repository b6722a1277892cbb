"""Hands the newest checkpoint to each witness that is due, and remembers in receipts what came of it.

Each witness has at most one receipt that is still open. It is claimed in a transaction of its own, by its time of
trying, and only then is anything sent: whoever comes second sees the claim and goes on. When a process is killed
in between, the claim runs out like a failed attempt and the checkpoint is sent again. So every witness gets each
checkpoint it is due at least once, and twice only when a kill falls between sending and writing that down. Each
kind of witness takes that: the file is there already, the mail has the same Message-ID, a second time stamp or a
second copy of the same note says nothing new.

While a witness cannot be reached, its receipt is turned to the newest checkpoint: older ones would tell it nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Max

from registry.kernel.ledger.clock import TOLERANCE, is_ahead
from registry.kernel.ledger.models import Receipt
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.witnesses.base import NotTaken, Witness

log = structlog.get_logger(__name__)
LONGEST_PAUSE = timedelta(hours=1)


def hand_out(witnesses: Iterable[Witness], *, at: Callable[[], datetime]) -> Iterator[Receipt]:
    """The receipt of each witness that was tried, as it is afterwards: sent, or with a failure."""
    for witness in witnesses:
        receipt = _claim(witness, at=at())
        if receipt is not None:
            yield _hand(witness, receipt, at=at)


def pause_after(attempts: int) -> timedelta:
    """One minute after the first failure, then twice as long each time, an hour at most."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def _claim(witness: Witness, *, at: datetime) -> Receipt | None:
    with transaction.atomic():
        newest = latest()
        if newest is None or not _alone(witness):
            return None
        rows = Receipt.objects.filter(witness=witness.name)
        # A receipt of a clock that ran ahead must not keep the next checkpoint back until that day has come.
        last = rows.filter(sent_at__lte=at + TOLERANCE).aggregate(last=Max("sent_at"))["last"]
        if not witness.is_due(last, at) or rows.filter(checkpoint=newest, sent_at__isnull=False).exists():
            return None
        receipt = rows.select_for_update(skip_locked=True).filter(sent_at__isnull=True).first()
        if receipt is None:
            receipt = Receipt(witness=witness.name, checkpoint=newest)
        elif _rests(receipt, at):
            return None
        receipt.checkpoint, receipt.tried_at, receipt.attempts = newest, at, receipt.attempts + 1
        receipt.save()
        return receipt


def _rests(receipt: Receipt, at: datetime) -> bool:
    """After an attempt, until its pause is over."""
    tried = receipt.tried_at
    return tried is not None and not is_ahead(tried, at) and at < tried + pause_after(receipt.attempts)


def _hand(witness: Witness, receipt: Receipt, *, at: Callable[[], datetime]) -> Receipt:
    try:
        # Where handing over is itself a row of this database, row and receipt are there together or not at all.
        with transaction.atomic():
            receipt.answer = witness.hand(receipt.checkpoint)
            receipt.sent_at, receipt.failure = at(), ""
            receipt.save(update_fields=["answer", "sent_at", "failure"])
    except NotTaken as failure:
        log.warning("checkpoint not taken", witness=witness.name, size=receipt.checkpoint_id, why=str(failure))
        return _failed(receipt, str(failure))
    except Exception as failure:  # one witness must not keep checkpoints from those that come after it
        log.exception("checkpoint not taken", witness=witness.name, size=receipt.checkpoint_id)
        return _failed(receipt, type(failure).__name__)
    return receipt


def _failed(receipt: Receipt, sentence: str) -> Receipt:
    receipt.sent_at, receipt.answer, receipt.failure = None, b"", sentence[:500]
    receipt.save(update_fields=["failure"])
    return receipt


def _alone(witness: Witness) -> bool:
    """Until this transaction ends: two that begin with the same witness at once would open two receipts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"witness {witness.name}"])
        return bool((cursor.fetchone() or (False,))[0])
