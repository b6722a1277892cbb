"""What one serving process knows: each workflow's standing, the keys that may ask, and how fresh that is.

One thread writes (`following`), the event loop reads. Entries are replaced whole, never changed, so a reader sees the
state before a change or the state after it. Answers are written out as bytes when they are first asked for: of a
hundred thousand workflows most are never asked about within the life of a process.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from registry.flags import Standing, Written
from registry.modes import Effect, Mode

RETIRED: Final = "RETIRED"
SHARDS: Final = 512
UNBOUND: Final = SHARDS
"""The shard of keys without a workflow."""
TOO_OLD: Final = 5.0
"""Seconds without a look, of which one a second is taken, after which the state counts as cut off: a database that
hangs gives no error.
"""
_TICKETS: Final = b"holdfast control stream"


@dataclass(frozen=True, slots=True)
class Caller:
    """A key as it is known here; never its secret."""

    pk: int
    workflow_id: int | None
    digest: str
    ends: float | None
    """Seconds since 1970."""
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One workflow as it was read."""

    pk: int
    stage: str
    standing: Standing


class State:
    def __init__(self) -> None:
        self.known: dict[int, Known] = {}
        self.callers: dict[str, Caller] = {}
        self.keys_of: dict[int | None, set[str]] = {}
        self.shards: dict[int, set[int | None]] = {}
        """Which workflows are kept on disk together."""
        self.tickets: dict[str, Caller] = {}
        self.overrides: dict[str, Mode] = {}
        self.revision = 0
        """The newest that was seen of any workflow."""
        self.is_loaded = False
        self.is_connected = False
        self.fresh_at = 0.0
        """When it was last known to be up to date, in seconds since 1970; 0 for never."""
        self.changed: list[Callable[[set[int | None]], None]] = []
        """Who is told which workflows changed; called in the writing thread."""
        self._generation = 0
        self._written: dict[int, tuple[tuple[int, bool], Known, Written]] = {}

    def put(self, workflows: Iterable[Known], callers: Iterable[Caller], asked: set[int | None] | None) -> None:
        """Take in what was read. `asked` names the workflows it is all of; None: it is everything there is."""
        found = {each.pk: each for each in workflows}
        keys: dict[int | None, dict[str, Caller]] = {}
        for caller in callers:
            keys.setdefault(caller.workflow_id, {})[caller.digest] = caller
        numbers = asked if asked is not None else {*self.known, *self.keys_of, *found, *keys}
        different: set[int | None] = set()
        for number in numbers:
            self._put_keys(number, keys.get(number, {}))
            if number is not None and found.get(number) != self.known.get(number):
                different.add(number)
                self._put_workflow(number, found.get(number))
        self.is_loaded = True
        self.tell(different)

    def written(self, number: int) -> Written | None:
        """The answers of a workflow; nothing for those that are not registered or retired."""
        known = self.known.get(number)
        if known is None or known.stage == RETIRED:
            return None
        kept = self._written.get(number)
        now = (self._generation, self.is_current)
        if kept is not None and kept[0] == now and kept[1] is known:
            return kept[2]
        written = Written(self.effective(known))
        self._written[number] = (now, known, written)
        return written

    def effective(self, known: Known) -> Standing:
        """With what a broken glass adds, and with the age of what is known where the database is away."""
        standing = known.standing
        if (mode := self.overrides.get(standing.slug)) is not None:
            effect = standing.effect.with_(Effect(mode=mode))
            standing = replace(standing, effect=effect, is_overridden=True)
        if not self.is_current and self.fresh_at:
            standing = replace(standing, stale_since=iso(self.fresh_at))
        return standing

    def override(self, modes: dict[str, Mode]) -> None:
        if modes == self.overrides:
            return
        touched = {slug for slug in {*modes, *self.overrides} if modes.get(slug) != self.overrides.get(slug)}
        self.overrides = dict(modes)
        self._generation += 1
        self.tell({each.pk for each in self.known.values() if each.standing.slug in touched})

    def connect(self, is_connected: bool) -> None:
        """Say whether the database answers. What every answer says of its age changes with it."""
        if is_connected != self.is_connected:
            self.is_connected = is_connected
            self._generation += 1

    def touch(self) -> None:
        self.fresh_at = time.time()

    @property
    def age(self) -> float:
        """Seconds since it was last known to be up to date; infinite before the first time."""
        return max(time.time() - self.fresh_at, 0.0) if self.fresh_at else float("inf")

    @property
    def is_current(self) -> bool:
        """Whether the database is heard, and was looked at just now."""
        return self.is_connected and time.time() - self.fresh_at <= TOO_OLD

    def tell(self, numbers: set[int | None]) -> None:
        if numbers:
            for listener in self.changed:
                listener(numbers)

    def _put_keys(self, number: int | None, keys: dict[str, Caller]) -> None:
        before = self.keys_of.get(number, set())
        for digest, caller in keys.items():
            self.callers[digest] = caller
            self.tickets[ticket_of(digest)] = caller
        for digest in before - set(keys):
            self.callers.pop(digest, None)
            self.tickets.pop(ticket_of(digest), None)
        shard = self.shards.setdefault(shard_of(number), set())
        if keys:
            self.keys_of[number] = set(keys)
            shard.add(number)
        else:
            self.keys_of.pop(number, None)
            shard.discard(number)

    def _put_workflow(self, number: int, known: Known | None) -> None:
        if known is None:
            self.known.pop(number, None)
        else:
            self.known[number] = known
            self.revision = max(self.revision, known.standing.revision)
        self._written.pop(number, None)


def shard_of(number: int | None) -> int:
    return UNBOUND if number is None else number % SHARDS


def ticket_of(digest: str) -> str:
    """What opens the stream of a key: worth little, since a stream only says that there is something to fetch."""
    return hmac.new(_ticket_key(), digest.encode(), hashlib.sha256).hexdigest()[:32]


def _ticket_key() -> bytes:
    return hashlib.sha256(_TICKETS + settings.SECRET_KEY.encode()).digest()


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
