"""Proofs out of the stored tree, and what the log's state is."""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger import merkle
from registry.kernel.ledger.models import Checkpoint, Leaf
from registry.kernel.ledger.origins import RESTARTED
from registry.kernel.ledger.tiles import Reader

PROOF = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "holdfast-consistency@v1"
MOST_EARLIER = 400
"""Earlier checkpoints a document proves itself against: one a day, of a little more than a year."""


@dataclass(frozen=True)
class State:
    """How far the log is behind. `lag` is the age of the oldest entry without a place, zero when there is none."""

    size: int
    waiting: int
    lag: timedelta
    last: Checkpoint | None


def latest(until: datetime | None = None) -> Checkpoint | None:
    """The newest checkpoint, or the newest of those that were signed until a moment."""
    signed = Checkpoint.objects.all() if until is None else Checkpoint.objects.filter(signed_at__lte=until)
    return signed.order_by("-size").first()


def leaf_index(entry_id: int) -> int | None:
    return Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()


def inclusion(index: int, size: int) -> list[bytes]:
    return list(merkle.inclusion(index, size, Reader().root))


def consistency(old: int, new: int) -> list[bytes]:
    return list(merkle.consistency(old, new, Reader().root))


def tlog_proof(index: int, checkpoint: Checkpoint) -> str:
    """One entry's proof as c2sp.org/tlog-proof@v1."""
    lines = [PROOF, f"index {index}", *map(_b64, inclusion(index, checkpoint.size))]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def consistency_file(old: int, checkpoint: Checkpoint) -> str:
    """That the log of `old` entries is the beginning of the one `checkpoint` signs, as a file to hand out."""
    lines = [CONSISTENCY, f"old {old}", f"new {checkpoint.size}", *map(_b64, consistency(old, checkpoint.size))]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def ledger_json(
    entry_ids: Iterable[int], frozen_entry_id: int, checkpoint: Checkpoint, *, from_sizes: Collection[int] = ()
) -> dict[str, Any]:
    """What travels inside a document: each cited entry with its proof, and proofs for earlier checkpoints: one a day,
    and those of `from_sizes`.

    Entries that the checkpoint does not cover yet are left out. Three statements, whatever the number of entries.
    Where the log went on after a loss, the entries that say so come along: without them an older checkpoint would
    seem to be of another log.
    """
    restarts = AuditEntry.objects.filter(event=RESTARTED).values_list("pk", flat=True)
    wanted = {*entry_ids, frozen_entry_id, *restarts}
    leaves = (
        Leaf.objects.filter(entry_id__in=wanted, index__lt=checkpoint.size)
        .order_by("index")
        .values_list("index", "entry_id", "entry__payload", "entry__leaf_hash")
    )
    reader = Reader()
    rows = list(leaves)
    places = {entry: index for index, entry, _payload, _hashed in rows}
    return {
        "v": 1,
        "checkpoint": checkpoint.note,
        "frozen": places[frozen_entry_id],
        "entries": [
            {
                "index": index,
                "payload": _b64(bytes(payload)) if payload is not None else None,
                "leaf_hash": bytes(hashed).hex(),
                "path": [_b64(step) for step in merkle.inclusion(index, checkpoint.size, reader.root)],
            }
            for index, _entry, payload, hashed in rows
        ],
        "consistency": [
            {
                "size": earlier.size,
                "root": earlier.root,
                "path": [_b64(step) for step in merkle.consistency(earlier.size, checkpoint.size, reader.root)],
            }
            for earlier in _earlier(checkpoint, from_sizes)
        ],
    }


def state(*, at: datetime | None = None) -> State:
    last = latest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(e.at) FROM (SELECT at FROM registry_auditentry AS e WHERE e.id > %s AND NOT EXISTS "
            "(SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT 10000) AS e",
            [last.settled_id if last else 0],
        )
        waiting, oldest = cursor.fetchone() or (0, None)
    lag = max((at or timezone.now()) - oldest, timedelta()) if oldest else timedelta()
    return State(last.size if last else 0, waiting, lag, last)


def _earlier(checkpoint: Checkpoint, sizes: Collection[int]) -> list[Checkpoint]:
    named = Checkpoint.objects.filter(size__in=sizes, size__lt=checkpoint.size) if sizes else ()
    found = {each.size: each for each in (*_one_a_day(checkpoint), *named)}
    return [found[size] for size in sorted(found)]


def _one_a_day(checkpoint: Checkpoint) -> list[Checkpoint]:
    """The last checkpoint of each day before the newest, which is the one that people outside are given."""
    rows = Checkpoint.objects.raw(
        "SELECT DISTINCT ON (date_trunc('day', signed_at AT TIME ZONE 'UTC')) * FROM ledger_checkpoint "
        "WHERE size < %s AND signed_at > %s ORDER BY date_trunc('day', signed_at AT TIME ZONE 'UTC') DESC, size DESC",
        [checkpoint.size, checkpoint.signed_at - timedelta(days=MOST_EARLIER)],
    )
    return sorted(rows, key=lambda row: row.size)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
