"""Entries of the site-wide history with all that an auditor asks of each: roles held, both clocks, place in the ledger.

What came past the application is shown with what the database knows of it: login, program, address and statement.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from registry.kernel.audit.context import Origin
from registry.kernel.audit.reading import Entry, entries_for
from registry.kernel.ledger.models import Gap, Leaf
from registry.models import AuditEntry, Role

APART = timedelta(seconds=2)
"""Two clocks that differ by more are both shown."""
SAME_ACT = timedelta(seconds=5)
"""The guard writes the history row and notes the gap in one go."""


@dataclass(frozen=True)
class Line:
    """One entry as the audit page shows it."""

    row: AuditEntry
    entry: Entry
    place: int | None
    gap: Gap | None
    sealed: dict[str, Any]
    """What was sealed, read; empty where the payload was erased."""

    @property
    def pk(self) -> int:
        return int(self.row.pk)

    @property
    def roles(self) -> list[str]:
        """Roles that the person held then."""
        return [str(dict(Role.choices).get(role, role)) for role in self.row.roles]

    @property
    def is_past_application(self) -> bool:
        return self.row.origin == Origin.DATABASE

    @property
    def is_erased(self) -> bool:
        return self.row.payload is None

    @property
    def server_at(self) -> datetime | None:
        """When the database wrote it, by its own clock; not known of what was erased or is older than the ledger."""
        stated = self.sealed.get("ts")
        return parse_datetime(stated) if isinstance(stated, str) else None

    @property
    def clocks_differ(self) -> bool:
        return self.server_at is not None and abs(self.server_at - self.row.at) > APART


def lines_for(rows: Sequence[AuditEntry]) -> list[Line]:
    """In a number of queries that does not grow with the number of rows."""
    places = dict(Leaf.objects.filter(entry_id__in=[row.pk for row in rows]).values_list("entry_id", "index"))
    gaps = _gaps(row for row in rows if row.origin == Origin.DATABASE)
    return [
        Line(row, entry, places.get(row.pk), gaps.get(row.pk), sealed(row))
        for row, entry in zip(rows, entries_for(rows), strict=True)
    ]


def sealed(row: AuditEntry) -> dict[str, Any]:
    if row.payload is None:
        return {}
    read = json.loads(bytes(row.payload))
    return read if isinstance(read, dict) else {}


def _gaps(rows: Iterable[AuditEntry]) -> dict[int, Gap]:
    """Entry → the gap noted with it: of the same record, at the same time, each gap once."""
    wanted = sorted(rows, key=lambda row: row.pk)
    if not wanted:
        return {}
    about = Q()
    for row in wanted:
        about |= Q(object_type=row.object_type, object_id=row.object_id)
    left = list(Gap.objects.filter(about).order_by("id"))
    found: dict[int, Gap] = {}
    for row in wanted:
        near = (gap for gap in left if _belongs(gap, row))
        if (gap := min(near, key=lambda gap: abs(gap.at - row.at), default=None)) is not None:
            left.remove(gap)
            found[row.pk] = gap
    return found


def _belongs(gap: Gap, row: AuditEntry) -> bool:
    same = (gap.object_type, gap.object_id) == (row.object_type, row.object_id)
    return same and abs(gap.at - row.at) < SAME_ACT
