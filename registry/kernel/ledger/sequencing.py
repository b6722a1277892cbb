"""The sequencer: gives every committed entry its place in the log, grows the tree, signs what it has become.

It runs apart from the web processes (`manage.py seal`), and no writer ever waits for it.

*Order.* Entries are taken by number among those that are committed and have no place yet. Of two changes of one
record the later gets the higher number, since it waited for the lock of the first, and it can never be seen
committed while the first is not: so the changes of a record stand in their order, and a long transaction holds
back nobody else's entries.

*Where to look.* A number below which nothing can appear any more (`settled_id`) keeps each pass small. A number
is settled once every transaction that was running when it was the highest has ended.

*Never two truths.* Before signing, the log is held against what was signed last, which is remembered outside
the database (`published`). A database that was set back to yesterday no longer contains it, and nothing is signed.
"""

from collections import deque
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from registry.kernel.ledger.keys import checkpoint_signers, remember
from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.notes import write
from registry.kernel.ledger.origins import origin_now
from registry.kernel.ledger.published import agree, publish
from registry.kernel.ledger.tiles import Edge
from registry.kernel.ledger.tiles import write as write_tiles

BATCH = 4000
LOCK = 7_305_112_918_224_441
"""Advisory lock of this database: one sequencer at a time, whoever starts how many."""


@dataclass
class Sequencer:
    """What is remembered between two passes; a new one may take over at any time."""

    settled: int | None = None
    marks: deque[tuple[int, int]] = field(default_factory=deque)
    """Transaction number and highest entry number at earlier passes; when all before the first have ended, the
    second is settled."""
    edge: Edge | None = None
    edge_size: int = -1

    def advance(self, *, batch: int = BATCH) -> int:
        """One pass in one transaction; how many entries got their place. Zero also when another sequencer is at it."""
        with transaction.atomic():
            if not _alone():
                return 0
            last = Checkpoint.objects.order_by("-size").first()
            size = last.size if last else 0
            if self.settled is None:
                self.settled = last.settled_id if last else 0
            agree(last)
            rows = self._waiting(batch)
            if not rows:
                return 0
            with connection.cursor() as cursor, cursor.copy("COPY ledger_leaf (index, entry_id) FROM STDIN") as copy:
                for place, (entry, _hashed) in enumerate(rows, start=size):
                    copy.write_row((place, entry))
            edge = Edge(self.edge.rows) if self.edge and self.edge_size == size else Edge.stored()
            write_tiles(edge.append([bytes(hashed) for _entry, hashed in rows]))
            checkpoint = _sign(size + len(rows), edge.root(), settled=self.settled)
        publish(checkpoint)
        self.edge, self.edge_size = edge, checkpoint.size
        return len(rows)

    def _waiting(self, batch: int) -> list[tuple[int, bytes]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM registry_auditentry")
            (highest,) = cursor.fetchone() or (0,)
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::numeric, pg_snapshot_xmax(s)::text::numeric "
                "FROM pg_current_snapshot() AS s"
            )
            oldest_running, next_one = cursor.fetchone() or (0, 0)
            cursor.execute(
                "SELECT e.id, e.leaf_hash FROM registry_auditentry AS e WHERE e.id > %s "
                "AND NOT EXISTS (SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT %s",
                [self.settled, batch],
            )
            rows: list[tuple[int, bytes]] = cursor.fetchall()
        self._settle(int(oldest_running), int(next_one), highest, done=len(rows) < batch)
        return rows

    def _settle(self, oldest_running: int, next_one: int, highest: int, *, done: bool) -> None:
        """Move the settled number up; only a pass that took all it saw may do so."""
        if not done:
            return
        while self.marks and self.marks[0][0] <= oldest_running:
            self.settled = max(self.settled or 0, self.marks.popleft()[1])
        if not self.marks or self.marks[-1][1] != highest:
            self.marks.append((next_one, highest))


def advance() -> int:
    """All that is waiting now, by a sequencer of the moment; for commands and tests."""
    sequencer, total = Sequencer(), 0
    while taken := sequencer.advance():
        total += taken
    return total


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool((cursor.fetchone() or (False,))[0])


def _sign(size: int, root: bytes, *, settled: int) -> Checkpoint:
    origin, now = origin_now(), timezone.now()
    signers = checkpoint_signers(origin)
    remember(signers, at=now)
    return Checkpoint.objects.create(
        size=size,
        origin=origin,
        root=root.hex(),
        note=write(origin, size, root, signers),
        settled_id=settled,
        signed_at=now,
    )
