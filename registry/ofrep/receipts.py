"""Who was told what, in memory: the newest of each instance, so that it grows with the instances and not with their
questions. The event loop adds, `recording` takes and writes.
"""

import threading
import time
from dataclasses import dataclass
from typing import Final

from registry.ofrep.state import Caller

MOST_INSTANCES: Final = 2000
"""Of one key at one time. Whoever makes up more names than this is a fault, and is not followed further."""
MOST_MISSED: Final = 200
"""Flags asked for in vain between two writings."""
LONGEST_KEY: Final = 200
FORGOTTEN_AFTER: Final = 3600.0
"""Seconds of silence after which an instance makes room for others: names of instances come and go."""
SWEEP_EVERY: Final = 60.0

Place = tuple[int, str]
"""Number of the key, and the name of the instance or of the flag."""


def plain(text: str) -> str:
    """Without what the database could not keep."""
    return text.encode(errors="replace").decode().replace("\x00", "")


class Receipt:
    """The newest of one instance since the last writing."""

    __slots__ = ("acknowledged", "acknowledged_at", "calls", "client", "first_at", "last_at", "revision")

    def __init__(self, revision: int, at: float) -> None:
        self.revision, self.first_at, self.last_at = revision, at, at
        self.client, self.calls, self.acknowledged, self.acknowledged_at = "", 0, 0, 0.0


@dataclass(slots=True)
class Missed:
    last_at: float
    calls: int = 0


class Receipts:
    def __init__(self) -> None:
        self.news = threading.Event()
        """Set while there is something that was not known when it was last written."""
        self._seen: dict[Place, Receipt] = {}
        self._missed: dict[Place, Missed] = {}
        self._known: dict[Place, tuple[int, float]] = {}
        """The revision each instance had when it was last written, and when it was last seen."""
        self._of_key: dict[int, int] = {}
        """How many instances are followed, by key."""
        self._swept_at = 0.0
        self._lock = threading.Lock()

    def served(self, caller: Caller, instance: str, revision: int, client: str) -> None:
        """One answer given. Called for every question: nothing slow here."""
        at = time.time()
        place = (caller.pk, instance)
        with self._lock:
            receipt = self._receipt(place, revision, at)
            if receipt is None:
                return
            if revision > receipt.revision:
                receipt.revision, receipt.first_at = revision, at
            receipt.last_at, receipt.client = at, client
            receipt.calls += 1
            known = self._known.get(place)
            if known is None or known[0] != receipt.revision:
                self.news.set()

    def obeyed(self, caller: Caller, instance: str, revision: int) -> None:
        """An instance says that it does what this revision asks."""
        at = time.time()
        with self._lock:
            receipt = self._receipt((caller.pk, instance), revision, at)
            if receipt is None:
                return
            receipt.last_at = at
            receipt.acknowledged, receipt.acknowledged_at = max(revision, receipt.acknowledged), at
            self.news.set()

    def missed(self, caller: Caller, key: str) -> None:
        """Somebody with a key asked for a flag that is not theirs or nobody's."""
        place = (caller.pk, plain(key)[:LONGEST_KEY])
        with self._lock:
            if place in self._missed or len(self._missed) < MOST_MISSED:
                kept = self._missed.setdefault(place, Missed(0.0))
                kept.last_at, kept.calls = time.time(), kept.calls + 1

    def taken(self) -> tuple[dict[Place, Receipt], dict[Place, Missed]]:
        """All there is; from now on what comes is new."""
        with self._lock:
            self.news.clear()
            seen, self._seen = self._seen, {}
            missed, self._missed = self._missed, {}
        return seen, missed

    def written(self, seen: dict[Place, Receipt]) -> bool:
        """Note what is in the database now; whether anything of it was not there before."""
        with self._lock:
            is_new = any(
                receipt.acknowledged or self._known.get(place, (None,))[0] != receipt.revision
                for place, receipt in seen.items()
            )
            self._known |= {place: (receipt.revision, receipt.last_at) for place, receipt in seen.items()}
            self._sweep()
        return is_new

    def put_back(self, seen: dict[Place, Receipt], missed: dict[Place, Missed]) -> None:
        """What could not be written stands behind what came since, which is newer."""
        with self._lock:
            for place, old in seen.items():
                new = self._seen.setdefault(place, old)
                if new is old:
                    continue
                new.calls += old.calls
                if old.revision == new.revision:
                    new.first_at = min(old.first_at, new.first_at)
                if old.acknowledged > new.acknowledged:
                    new.acknowledged, new.acknowledged_at = old.acknowledged, old.acknowledged_at
            for place, less in missed.items():
                more = self._missed.setdefault(place, less)
                if more is not less:
                    more.calls += less.calls

    def _receipt(self, place: Place, revision: int, at: float) -> Receipt | None:
        """That of the instance, begun if there is none yet; nothing where its key has too many."""
        receipt = self._seen.get(place)
        if receipt is None:
            if place not in self._known:
                followed = self._of_key.get(place[0], 0)
                if followed >= MOST_INSTANCES:
                    return None
                self._of_key[place[0]] = followed + 1
            receipt = self._seen[place] = Receipt(revision, at)
        return receipt

    def _sweep(self) -> None:
        now = time.time()
        if now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        self._known = {place: kept for place, kept in self._known.items() if now - kept[1] < FORGOTTEN_AFTER}
        self._of_key = {}
        for key, _name in {*self._known, *self._seen}:
            self._of_key[key] = self._of_key.get(key, 0) + 1
