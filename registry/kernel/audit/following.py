"""Reading the entries of the record in order, each once, while others go on writing.

Entries get their numbers before they are committed, so that a lower number may appear after a higher one. An entry
is settled once nobody who was writing when it was the newest is still at it: then nothing can appear below it.
Who writes is told by the locks on the table, which a transaction keeps from its first entry to its end.
"""

from dataclasses import dataclass

from django.db import connection

from registry.kernel.audit.models import AuditEntry

WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND pid IS DISTINCT FROM pg_backend_pid()
"""


@dataclass(frozen=True)
class Mark:
    """The newest entry at a moment, and who was writing then."""

    entry_id: int
    writers: frozenset[str]


def newest() -> Mark:
    """The entry is looked up first: whoever has a lower number and has not committed holds the lock by then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM registry_auditentry")
        (highest,) = cursor.fetchone() or (0,)
    return Mark(highest, writers())


def writers() -> frozenset[str]:
    """Transactions of others that have written entries and not ended."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [AuditEntry._meta.db_table])
        return frozenset(name for (name,) in cursor.fetchall())


def settled(now: Mark, earlier: Mark | None) -> int | None:
    """Up to which entry nothing can appear any more; none, if that is not known yet."""
    if not now.writers:
        return now.entry_id
    if earlier is not None and not (earlier.writers & now.writers):
        return earlier.entry_id
    return None
