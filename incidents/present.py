"""Who is in which room: remembered by each serving process from signs of life, and kept nowhere.

A sign is a stream that is open. People are known by number; several windows of one person are one sign.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

GONE_AFTER: Final = timedelta(seconds=30)
"""Without a sign for so long somebody has left."""
WRITES_FOR: Final = timedelta(seconds=12)
"""So long after the last letter somebody counts as writing."""


@dataclass(frozen=True)
class Sign:
    person: int
    since: datetime
    last: datetime
    wrote: datetime | None = None

    def is_writing(self, at: datetime) -> bool:
        return self.wrote is not None and at - self.wrote <= WRITES_FOR


class Memory:
    """Heard in one thread and asked in others."""

    def __init__(self) -> None:
        self._rooms: dict[int, dict[int, Sign]] = {}
        self._lock = Lock()

    def here(self, room: int, people: Iterable[tuple[int, datetime]], at: datetime) -> bool:
        """Each with the moment since when; whether anybody is new."""
        with self._lock:
            known = self._rooms.setdefault(room, {})
            is_news = False
            for person, since in people:
                old = known.get(person)
                if old is not None and _is_here(old, at):
                    known[person] = replace(old, since=min(old.since, since), last=max(old.last, at))
                else:
                    known[person] = Sign(person, since, at)
                    is_news = True
            return is_news

    def writes(self, room: int, person: int, at: datetime) -> bool:
        """Of somebody who is here; whether they did not before."""
        with self._lock:
            known = self._rooms.get(room, {})
            old = known.get(person)
            if old is None or not _is_here(old, at):
                return False
            known[person] = replace(old, wrote=at)
            return not old.is_writing(at)

    def left(self, room: int, people: Iterable[int]) -> bool:
        """Whether any of them was known to be here."""
        with self._lock:
            known = self._rooms.get(room, {})
            return len([known.pop(person) for person in people if person in known]) > 0

    def of(self, room: int, at: datetime) -> list[Sign]:
        """Whoever came first first. Those without a sign for too long are forgotten."""
        with self._lock:
            known = {person: sign for person, sign in self._rooms.get(room, {}).items() if _is_here(sign, at)}
            if known:
                self._rooms[room] = known
            else:
                self._rooms.pop(room, None)
            return sorted(known.values(), key=lambda sign: (sign.since, sign.person))


def _is_here(sign: Sign, at: datetime) -> bool:
    return at - sign.last <= GONE_AFTER
