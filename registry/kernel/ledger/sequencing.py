"""The sequencer: gives every committed entry its place in the log, grows the tree, signs what it has become.

It runs apart from the web processes (`manage.py seal`), and no writer ever waits for it.

*Order.* Entries are taken by number among those that are committed and have no place yet. Of two changes of one
record the later gets the higher number, since it waited for the lock of the first, and it can never be seen
committed while the first is not: so the changes of a record stand in their order, and a long transaction holds
back nobody else's entries.

*Where to look.* A number below which nothing can appear any more (`settled_id`) keeps each pass small. A number
is settled once everybody who was writing entries when it was the highest has ended (`registry.kernel.audit.following`).

*Never two truths.* Before signing, the log is held against what was signed last, which is remembered outside
the database (`published`). A database that was set back to yesterday no longer contains it, and nothing is signed;
nor is anything where it is not known what was signed last, or where it could not be remembered.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from registry.kernel.audit.following import Mark, newest, settled
from registry.kernel.ledger.admitting import admit
from registry.kernel.ledger.keys import checkpoint_signers, remember
from registry.kernel.ledger.merkle import EMPTY
from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.notes import write
from registry.kernel.ledger.origins import origin_now
from registry.kernel.ledger.published import Forked, agree, begin, catch_up, prepare, put_in_place
from registry.kernel.ledger.tiles import Edge
from registry.kernel.ledger.tiles import write as write_tiles

BATCH = 4000
LOCK = 7_305_112_918_224_441
"""Advisory lock of this database: one sequencer at a time, whoever starts how many."""


@dataclass
class Sequencer:
    """What is remembered between two passes; a new one may take over at any time.

    It changes only after a pass was committed: what a pass that was rolled back believed is not true.
    """

    settled: int | None = None
    mark: Mark | None = None
    """The newest entry at an earlier pass, and who was writing then."""
    edge: Edge | None = None

    def advance(self, *, batch: int = BATCH) -> int:
        """One pass in one transaction; how many entries got their place. Zero also when another sequencer is at it."""
        with transaction.atomic():
            if not _alone():
                return 0
            last = Checkpoint.objects.order_by("-size").first()
            agree(last)
            edge = self._edge(last)
            catch_up(last)
            since = self.settled if self.settled is not None else last.settled_id if last else 0
            rows, upto, mark = _waiting(since, self.mark, batch)
            if rows and last is None:
                begin(origin_now())
            if rows:
                edge = _grow(edge, last.size if last else 0, rows, settled=upto)
        self.settled, self.mark, self.edge = upto, mark, edge
        if rows:
            put_in_place()
        return len(rows)

    def _edge(self, last: Checkpoint | None) -> Edge:
        """Where the tree grows on: only from what was signed last. Raises Forked."""
        signed = last.root if last else EMPTY.hex()
        if self.edge is not None and self.edge.root().hex() == signed:
            return self.edge
        edge = Edge.stored()
        if edge.root().hex() != signed:
            raise Forked(
                f"The stored tree is not the one that was signed over {last.size if last else 0} entries. Somebody "
                "changed it. Keep the database as it is, and run verify_ledger: it names what differs. Then restore a "
                "backup that contains what was signed."
            )
        return edge


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


def _waiting(since: int, mark: Mark | None, batch: int) -> tuple[list[tuple[int, bytes]], int, Mark | None]:
    """Entries without a place, and what is settled and marked once they have theirs."""
    now = newest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.leaf_hash FROM registry_auditentry AS e WHERE e.id > %s "
            "AND NOT EXISTS (SELECT 1 FROM ledger_leaf AS l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT %s",
            [since, batch],
        )
        rows: list[tuple[int, bytes]] = cursor.fetchall()
    if len(rows) == batch:  # only a pass that takes all it saw may settle anything
        return rows, since, mark
    upto = settled(now, mark)
    if upto is None:
        return rows, since, mark or now
    return rows, max(since, upto), now


def _grow(before: Edge, size: int, rows: list[tuple[int, bytes]], *, settled: int) -> Edge:
    """Give `rows` the places from `size` on and sign the tree that they make; its edge."""
    with connection.cursor() as cursor, cursor.copy("COPY ledger_leaf (index, entry_id) FROM STDIN") as copy:
        for place, (entry, _hashed) in enumerate(rows, start=size):
            copy.write_row((place, entry))
    edge = Edge(before.rows)
    write_tiles(edge.append([bytes(hashed) for _entry, hashed in rows]))
    _sign(size + len(rows), edge.root(), settled=settled, covered=size)
    return edge


def _sign(size: int, root: bytes, *, settled: int, covered: int) -> None:
    """Nothing is signed that could not be remembered afterwards, and with no key that has not its turn."""
    origin, now = origin_now(), timezone.now()
    signers = checkpoint_signers(origin)
    admit(signers, origin=origin, covered=covered)
    prepare((origin, size, root.hex()))
    remember(signers, at=now)
    Checkpoint.objects.create(
        size=size,
        origin=origin,
        root=root.hex(),
        note=write(origin, size, root, signers),
        settled_id=settled,
        signed_at=now,
    )
