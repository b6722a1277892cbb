"""Turning deliveries into signals: by the worker, out of the database, one batch of one source in one transaction.

Deliveries of a source are read in the order in which they came, by one worker at a time; killing it anywhere leaves
the batch as it was. Whatever a delivery does to the code, it is kept, shown with the reason, and holds up no other.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from intake.formats.event import Unreadable
from intake.formats.reading import read
from intake.kinds import Outcome
from intake.models import DeliveryBody, SignalDelivery, SignalSource
from intake.services import gathering, promoting, telling
from intake.services.gathering import Piece
from registry.kernel.audit.bulk import put_many
from registry.kernel.audit.context import acting
from registry.services import signals as prepared

log = structlog.get_logger(__name__)
DELIVERIES: Final = 200
BYTES: Final = 4 * 1024 * 1024
"""Read in one transaction at most, and at least one delivery."""
READ_AS: Final = ("outcome", "problem", "events", "processed_at")


def sweep(*, at: datetime) -> int:
    """One batch of each source that has any; how many deliveries were taken in.

    What goes wrong with one source is logged, left for the next sweep, and keeps the others from nothing.
    """
    waiting = SignalDelivery.objects.filter(source=OuterRef("pk"), outcome=Outcome.PENDING)
    sources = SignalSource.objects.filter(Exists(waiting)).order_by("pk").values_list("pk", flat=True)
    taken = 0
    for pk in list(sources):
        try:
            taken += turn(pk, at=at)
        except Exception:
            log.exception("source not swept", source=pk)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()  # the next source gets one that works
    return taken


def turn(source_pk: int, *, at: datetime, most: int = DELIVERIES) -> int:
    """One batch of one source; nothing while another worker is at it.

    What goes wrong for no reason of the database is narrowed down by halves to the delivery that brings it, which is
    set aside; what stood before it in the batch is taken in on the way.
    """
    taken: list[int] = []
    try:
        with transaction.atomic(), acting(reason="Taken in"):
            return _turn(source_pk, at, most, taken)
    except (OperationalError, InterfaceError):
        raise
    except Exception as failure:
        if not taken:
            raise
        if len(taken) > 1:
            log.warning("batch halved", source=source_pk, deliveries=len(taken), failure=type(failure).__name__)
            return turn(source_pk, at=at, most=len(taken) // 2)
        log.exception("delivery not taken in", delivery=taken[0])
        _set_aside(taken[0], failure, at)
        return 1


def _turn(source_pk: int, at: datetime, most: int, taken: list[int]) -> int:
    rows = SignalSource.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    source = rows.select_related("owner", "prepared_signal").filter(pk=source_pk).first()
    if source is None:
        return 0
    deliveries = _batch(source, most)
    taken += [delivery.pk for delivery in deliveries]
    pieces: list[Piece] = []
    for delivery in deliveries:
        pieces += _read(source, delivery, at)
    gathered = gathering.gather(source, pieces, at=at)
    made = promoting.by_rule(source, gathered.to_promote, at=at)
    gathered.store(row for tied in made for row in tied.rows)
    put_many(deliveries, READ_AS)
    promoting.told(source, made, at=at)
    telling.say(source, [*gathered.turned.values()], at=at)
    if deliveries and source.prepared_signal is not None:
        prepared.seen(source.prepared_signal, at=deliveries[-1].received_at)
    return len(deliveries)


def _batch(source: SignalSource, most: int) -> list[SignalDelivery]:
    """The oldest that wait, as many as are read at once."""
    found: list[SignalDelivery] = []
    total = 0
    for delivery in SignalDelivery.objects.filter(source=source, outcome=Outcome.PENDING).order_by("pk")[:most]:
        total += delivery.size
        if found and total > BYTES:
            break
        found.append(delivery)
    bodies = dict(DeliveryBody.objects.filter(pk__in=[each.pk for each in found]).values_list("pk", "content"))
    for delivery in found:
        delivery.raw = bytes(bodies[delivery.pk])
    return found


def _read(source: SignalSource, delivery: SignalDelivery, at: datetime) -> Sequence[Piece]:
    """What the delivery says; what came of it is written on the row, which is not saved yet."""
    delivery.processed_at = at
    try:
        events = read(source.kind, delivery.raw, {**delivery.headers}, source.mapped)
    except Unreadable as wrong:
        delivery.outcome, delivery.problem = Outcome.UNREADABLE, str(wrong)[:500]
        return []
    delivery.outcome = Outcome.READ if events else Outcome.NOTHING
    delivery.events = len(events)
    return [Piece(delivery, place, event) for place, event in enumerate(events)]


def _set_aside(number: int, failure: Exception, at: datetime) -> None:
    rows = SignalDelivery.objects.filter(pk=number, outcome=Outcome.PENDING)
    rows.update(outcome=Outcome.FAILED, problem=_where(failure)[:500], processed_at=at)


def _where(failure: Exception) -> str:
    """What went wrong, and where in the code. Its own words may quote the message, which not everybody may read."""
    place = extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__} ({Path(place.filename).name}, {place.lineno})"
