"""Who was told what: kept in memory while answering, and written to the database by a thread of its own.

Only the newest of each instance is kept, so memory grows with the instances, not with their questions. While the
database is away nothing is lost but what the process takes with it when it ends.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
import structlog

from registry.ofrep.following import connect
from registry.ofrep.state import Caller

MOST_INSTANCES: Final = 2000
"""Of one key. Whoever makes up more names than this is a fault, and is not followed further."""
MOST_UNKNOWN: Final = 200
"""Keys of flags that nobody knows, of one key to ask with."""
LONGEST_KEY: Final = 200
SOON: Final = 0.05
"""Seconds in which receipts of something new are gathered before they are written."""
EVERY: Final = 2.0
"""Seconds between writing what only says that an instance is still there."""
AFTER_FAILURE: Final = 0.5
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
    last_at = greatest(i.last_at, excluded.last_at), client = excluded.client, calls = i.calls + excluded.calls,
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


def plain(text: str) -> str:
    """Without what the database could not keep."""
    return text.encode(errors="replace").decode().replace("\x00", "")


class Receipt:
    """The newest of one instance since the last writing."""

    __slots__ = ("acknowledged", "acknowledged_at", "calls", "client", "first_at", "last_at", "revision")

    def __init__(self, revision: int, at: float) -> None:
        self.revision, self.first_at, self.last_at = revision, at, at
        self.client, self.calls, self.acknowledged, self.acknowledged_at = "", 0, 0, 0.0


class Recorder(threading.Thread):
    """`tell` is called after something new was written: those who wait for a flip to arrive look then."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__(name="control recorder", daemon=True)
        self.seen: dict[tuple[int, str], Receipt] = {}
        self.known: dict[tuple[int, str], int] = {}
        """The revision each instance had when it was last written."""
        self.unknown: dict[tuple[int, str], list[float]] = {}
        self._of_key: dict[int, int] = {}
        self._tell = tell
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._ending = threading.Event()

    def served(self, caller: Caller, instance: str, revision: int, client: str) -> None:
        """One answer given. Called by the event loop, for every question: nothing slow here."""
        at = time.time()
        place = (caller.pk, instance)
        with self._lock:
            receipt = self.seen.get(place)
            if receipt is None:
                if place not in self.known and not self._has_room(caller.pk):
                    return
                receipt = self.seen[place] = Receipt(revision, at)
            elif revision > receipt.revision:
                receipt.revision, receipt.first_at = revision, at
            receipt.last_at, receipt.client = at, client
            receipt.calls += 1
            if self.known.get(place) != receipt.revision:
                self._news.set()

    def obeyed(self, caller: Caller, instance: str, revision: int) -> None:
        """An instance says that it does what this revision asks."""
        at = time.time()
        with self._lock:
            receipt = self.seen.setdefault((caller.pk, instance), Receipt(revision, at))
            receipt.last_at = at
            receipt.acknowledged, receipt.acknowledged_at = max(revision, receipt.acknowledged), at
            self._news.set()

    def missed(self, caller: Caller, key: str) -> None:
        """Somebody with a key asked for a flag that is not theirs or nobody's."""
        with self._lock:
            place = (caller.pk, plain(key)[:LONGEST_KEY])
            if place in self.unknown or len(self.unknown) < MOST_UNKNOWN:
                kept = self.unknown.setdefault(place, [0.0, 0])
                kept[0], kept[1] = time.time(), kept[1] + 1

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                with connect("recorder") as connection:
                    while not self._ending.is_set():
                        is_news = self._news.wait(EVERY)
                        if is_news:
                            self._ending.wait(SOON)
                        self._write(connection)
            except Exception as failure:
                known = isinstance(failure, psycopg.Error | OSError)
                log.warning("receipts wait", failure=str(failure).strip(), exc_info=not known)
                self._ending.wait(AFTER_FAILURE)

    def end(self) -> None:
        self._ending.set()
        self._news.set()

    def _has_room(self, key: int) -> bool:
        self._of_key[key] = self._of_key.get(key, 0) + 1
        return self._of_key[key] <= MOST_INSTANCES

    def _write(self, connection: Any) -> None:
        with self._lock:
            self._news.clear()
            seen, self.seen = self.seen, {}
            unknown, self.unknown = self.unknown, {}
        try:
            with connection.transaction():
                if seen:
                    connection.execute(_INSTANCES, _columns(seen))
                if unknown:
                    keys, names = zip(*unknown, strict=True)
                    lasts, counts = zip(*unknown.values(), strict=True)
                    connection.execute(_CANDIDATES, [list(keys), list(names), list(lasts), list(counts)])
        except (psycopg.DataError, psycopg.IntegrityError) as failure:
            log.error("receipts that cannot be kept are let go", failure=str(failure).strip())  # a key that is gone
            return
        except psycopg.Error:
            self._put_back(seen, unknown)
            raise
        is_new = any(
            self.known.get(place) != receipt.revision or receipt.acknowledged for place, receipt in seen.items()
        )
        self.known |= {place: receipt.revision for place, receipt in seen.items()}
        if is_new:
            self._tell()

    def _put_back(self, seen: dict[tuple[int, str], Receipt], unknown: dict[tuple[int, str], list[float]]) -> None:
        """What could not be written stands behind what came since, which is newer."""
        with self._lock:
            for place, old in seen.items():
                new = self.seen.get(place)
                if new is None:
                    self.seen[place] = old
                    continue
                new.calls += old.calls
                if old.revision == new.revision:
                    new.first_at = min(old.first_at, new.first_at)
                if old.acknowledged > new.acknowledged:
                    new.acknowledged, new.acknowledged_at = old.acknowledged, old.acknowledged_at
            for name, (last, count) in unknown.items():
                kept = self.unknown.setdefault(name, [last, 0])
                kept[1] += count


def _columns(seen: dict[tuple[int, str], Receipt]) -> list[list[Any]]:
    receipts = list(seen.values())
    return [
        [key for key, _name in seen],
        [name for _key, name in seen],
        *(
            [getattr(receipt, name) for receipt in receipts]
            for name in (
                "revision", "first_at", "last_at", "client", "calls", "acknowledged", "acknowledged_at",
            )
        ),
    ]  # fmt: skip
