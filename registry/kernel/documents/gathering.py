"""The worker's first part: the record of what was only asked for is gathered, under one snapshot of the database.

What is to be gathered, and by which rules of who may see what, is declared from above for each kind. Reading may take
minutes; it writes nothing and holds no row, so that nobody waits for it. What it puts aside is stored piece by piece;
then, in one short transaction, the document gets its record and the ledger the record's hash. Whoever is stopped before
that leaves nothing but stored files that nobody names, and the next worker begins again.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting
from registry.kernel.documents import aside, freezing
from registry.kernel.documents.models import Document, RenderingJob
from registry.kernel.documents.printing import STARTED
from registry.kernel.ledger.slices import one_moment

READ, KEPT = 90, 100
"""Percent of the way when everything is read, and when it is stored."""

Clock = Callable[[], datetime]
Tell = Callable[[int], None]


class NotGathered(Exception):
    """It cannot be had, however often it is tried. The message is a sentence for the document's page."""


@dataclass(frozen=True)
class Gathering:
    """What a gatherer works with. `at` is the moment of the snapshot; `tell` hears how many of how many are read."""

    document: Document
    version: int
    at: datetime
    aside: aside.Aside
    tell: Callable[[int, int], None]


Gatherer = Callable[[Gathering], Mapping[str, Any]]
_gatherers: dict[str, Gatherer] = {}


def declare(kind: str, gatherer: Gatherer) -> None:
    """How the record of documents of `kind` is gathered. Raises NotGathered when it is run."""
    _gatherers[kind] = gatherer


def gather(document: Document, *, at: Clock) -> bool:
    """Give a document that this worker holds its record; whether that was needed."""
    if document.record is not None:
        return False
    _gather(document, at=at)
    return True


def _gather(document: Document, *, at: Clock) -> None:
    with aside.opened() as lying, _telling(document) as tell:
        frozen, moment = _read(document, lying, tell, at=at)
        for done in lying.keep(at=at()):
            tell(READ + (KEPT - READ) * done // len(lying))
        _enter(document, frozen, moment, at=at())


def _read(document: Document, lying: aside.Aside, tell: Tell, *, at: Clock) -> tuple[Mapping[str, Any], datetime]:
    """What the gatherer found, and when. The clocks of two machines differ: nothing is read before it is asked for."""
    moment = max(at(), document.requested_at)
    with one_moment():
        work = Gathering(
            document, freezing.version_of(document), moment, lying, lambda done, of: tell(READ * done // max(of, 1))
        )
        return _gatherers[document.kind](work), moment


def _enter(document: Document, frozen: Mapping[str, Any], moment: datetime, *, at: datetime) -> None:
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=["self"]).select_related("record").get(pk=document.pk)
        if locked.record is None:
            freezing.put_in(locked, frozen, at=at)
            locked.gathered_at = moment
            locked.as_of = moment if locked.as_of >= locked.requested_at else locked.as_of
            with acting(reason=_("Record of %(number)s gathered") % {"number": locked.number}):
                locked.save(update_fields=["record", "code", "gathered_at", "as_of"])
                freezing.enter(locked, frozen, at=at)
    document.record, document.code = locked.record, locked.code
    document.gathered_at, document.as_of = locked.gathered_at, locked.as_of


@contextmanager
def _telling(document: Document) -> Iterator[Tell]:
    """How far it is must be seen while it is read, by people whose transactions are others: told by a connection of its
    own. That it could not be told is no reason to stop.
    """
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(RenderingJob._meta.db_table)
    told = STARTED

    def tell(percent: int) -> None:
        nonlocal told
        if percent > told:
            told = percent
            with suppress(Error), own.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} SET progress = %s WHERE document_id = %s",  # noqa: S608 - a name of our own
                    [percent, document.pk],
                )

    try:
        yield tell
    finally:
        own.close()
