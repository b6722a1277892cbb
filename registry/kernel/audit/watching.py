"""Telling those who guard a kind of record that its entries of the history are on show.

The audit pages show what records say, also those that are closed to most. What deserves a note when somebody reads
it is known by the application the records belong to; the audit pages tell it here and need not know it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from registry.kernel.audit.models import AuditEntry

LOOKS = ("VIEWED", "DOWNLOADED", "EXPORTED", "REFUSED")
"""Events that say of a record only that somebody came to it."""

Parts = Mapping[str, set[str]]
"""Kind of record → numbers of the records."""


class Watcher(Protocol):
    def __call__(self, parts: Parts, *, by: Any, at: datetime) -> None: ...


_watchers: list[Watcher] = []


def declare(watcher: Watcher) -> None:
    """Said once for each application, when it starts."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def shown(rows: Iterable[AuditEntry], *, by: Any, at: datetime, besides: Iterable[tuple[str, object]] = ()) -> None:
    """`rows` are shown to `by`, with what they say; `besides` are kinds and numbers of records that are named."""
    parts: dict[str, set[str]] = defaultdict(set)
    for kind, number in (*((row.object_type, row.object_id) for row in rows if row.event not in LOOKS), *besides):
        if str(number).isdecimal():
            parts[kind].add(str(number))
    for watcher in _watchers if parts else ():
        watcher(parts, by=by, at=at)
