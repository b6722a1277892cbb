"""Reading the entries of the record in order, each once, while others go on writing.

Entries get their numbers before they are committed, so that a lower number may appear after a higher one. An entry
is settled once nobody who was writing when it was the newest is still at it: then nothing can appear below it.
Who writes is told by the locks on the table, which a transaction keeps from its first entry to its end.
"""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

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


class Place(models.Model):
    """How far somebody has read. A row, held (locked) while it and what follows from the entries are written."""

    entry_id = models.BigIntegerField()
    """Entries of the record up to this one have been read."""
    mark_id = models.BigIntegerField(null=True)
    """The newest entry when somebody was still writing; read once they have ended."""
    mark_writers = ArrayField(models.CharField(max_length=40), default=list)
    """Their transactions, as the database names them."""

    class Meta:
        abstract = True


def read_on(place: Place, wanted: models.Q, *, limit: int) -> list[AuditEntry] | None:
    """The next entries of history among those `wanted`, in order; the place moves on behind them.

    None when there is nothing further that is settled. The caller holds the row of the place.
    """
    now = newest()
    earlier = Mark(place.mark_id, frozenset(place.mark_writers)) if place.mark_id is not None else None
    until = settled(now, earlier)
    if until is None or until <= place.entry_id:
        if until is not None or earlier is None:
            _mark(place, now)
        return None
    rows = AuditEntry.objects.filter(id__gt=place.entry_id, id__lte=until, history_id__isnull=False)
    entries = list(rows.filter(wanted).defer("payload", "leaf_hash").order_by("id")[:limit])
    place.entry_id = entries[-1].pk if len(entries) == limit else until
    place.mark_id, place.mark_writers = None, []
    place.save()
    return entries


def _mark(place: Place, now: Mark) -> None:
    mark = (now.entry_id if now.writers else None, sorted(now.writers))
    if mark != (place.mark_id, place.mark_writers):
        place.mark_id, place.mark_writers = mark
        place.save(update_fields=["mark_id", "mark_writers"])


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
