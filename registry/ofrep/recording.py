"""Writing receipts to the database: a thread of its own, and the two statements it needs."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
import structlog

from registry.ofrep.following import connect
from registry.ofrep.receipts import Missed, Place, Receipt, Receipts

SOON: Final = 0.05
"""Seconds in which receipts of something new are gathered before they are written."""
EVERY: Final = 2.0
"""Seconds between writing what only says that an instance is still there."""
AFTER_FAILURE: Final = 0.5
_COLUMNS: Final = ("revision", "first_at", "last_at", "client", "calls", "acknowledged", "acknowledged_at")
_INSTANCES: Final = """
INSERT INTO registry_controlinstance AS i
    (token_id, name, appeared_at, revision, first_at, last_at, client, calls, acknowledged, acknowledged_at)
SELECT t, n, to_timestamp(f), r, to_timestamp(f), to_timestamp(l), c, k, a, CASE WHEN a > 0 THEN to_timestamp(aa) END
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::float8[], %s::float8[], %s::text[], %s::bigint[], %s::bigint[],
            %s::float8[]) AS given (t, n, r, f, l, c, k, a, aa)
ORDER BY t, n
ON CONFLICT (token_id, name) DO UPDATE SET
    revision = greatest(i.revision, excluded.revision),
    first_at = CASE WHEN excluded.revision > i.revision THEN excluded.first_at
                    WHEN excluded.revision = i.revision THEN least(i.first_at, excluded.first_at) ELSE i.first_at END,
    last_at = greatest(i.last_at, excluded.last_at), calls = i.calls + excluded.calls,
    client = CASE WHEN excluded.client = '' THEN i.client ELSE excluded.client END,
    acknowledged = greatest(i.acknowledged, excluded.acknowledged),
    acknowledged_at = CASE WHEN excluded.acknowledged > i.acknowledged THEN excluded.acknowledged_at
                           ELSE i.acknowledged_at END
"""
_CANDIDATES: Final = """
INSERT INTO registry_controlcandidate AS c (token_id, key, first_at, last_at, calls, dismissal_reason)
SELECT t, k, to_timestamp(l), to_timestamp(l), n, '' FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::bigint[])
    AS given (t, k, l, n) ORDER BY t, k
ON CONFLICT (token_id, key) DO UPDATE SET
    last_at = greatest(c.last_at, excluded.last_at), calls = c.calls + excluded.calls
"""
log = structlog.get_logger(__name__)


class Recorder(threading.Thread):
    """`tell` is called after something new was written: those who wait for a flip to arrive look then."""

    def __init__(self, receipts: Receipts, tell: Callable[[], None]) -> None:
        super().__init__(name="control recorder", daemon=True)
        self.receipts = receipts
        self._tell = tell
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                with connect("recorder") as connection:
                    while not self._ending.is_set():
                        if self.receipts.news.wait(EVERY):
                            self._ending.wait(SOON)
                        self._write(connection)
            except Exception as failure:
                known = isinstance(failure, psycopg.Error | OSError)
                log.warning("receipts wait", failure=str(failure).strip(), exc_info=not known)
                self._ending.wait(AFTER_FAILURE)

    def end(self) -> None:
        self._ending.set()
        self.receipts.news.set()

    def _write(self, connection: Any) -> None:
        seen, missed = self.receipts.taken()
        try:
            with connection.transaction():
                if seen:
                    connection.execute(_INSTANCES, _instances(seen))
                if missed:
                    connection.execute(_CANDIDATES, _candidates(missed))
        except (psycopg.DataError, psycopg.IntegrityError) as failure:
            log.error("receipts that cannot be kept are let go", failure=str(failure).strip())  # a key that is gone
            return
        except psycopg.Error:
            self.receipts.put_back(seen, missed)
            raise
        if self.receipts.written(seen):
            self._tell()


def _instances(seen: Mapping[Place, Receipt]) -> list[list[Any]]:
    keys, names = ([place[k] for place in seen] for k in (0, 1))
    return [keys, names, *([getattr(receipt, name) for receipt in seen.values()] for name in _COLUMNS)]


def _candidates(missed: Mapping[Place, Missed]) -> list[list[Any]]:
    keys, names = ([place[k] for place in missed] for k in (0, 1))
    return [keys, names, [each.last_at for each in missed.values()], [each.calls for each in missed.values()]]
