"""The site-wide history, newest first, page by page without counting, and as rows of a file."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry.models import AuditEntry
from registry.reports.audit_lines import Line, lines_for

PER_PAGE = 50
PER_BATCH = 500
MOST_ROWS = 100_000
"""Rows of one file: what a spreadsheet still opens with pleasure."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stretch:
    """Some entries in their order, and where the ones after and before them begin (empty at the ends)."""

    rows: list[AuditEntry]
    older: str
    newer: str


def stretch(rows: QuerySet[AuditEntry], *, before: str = "", after: str = "", size: int = PER_PAGE) -> Stretch:
    """The `size` entries older than the place `before`, or just newer than `after`, or the newest.

    Places are made of time and number, so the millionth page costs what the first does. A place that cannot be
    read is ignored.
    """
    if (place := _read(after)) is not None:
        found = _fetched(rows.filter(_newer_than(place)).order_by("at", "id")[: size + 1])
        shown = found[:size][::-1]
        return Stretch(shown, _place(shown[-1]) if shown else "", _place(shown[0]) if len(found) > size else "")
    place = _read(before)
    if place is not None:
        rows = rows.filter(_older_than(place))
    found = _fetched(rows.order_by("-at", "-id")[: size + 1])
    shown = found[:size]
    return Stretch(
        shown,
        _place(shown[-1]) if len(found) > size else "",
        _place(shown[0]) if place is not None and shown else "",
    )


def _fetched(rows: QuerySet[AuditEntry]) -> list[AuditEntry]:
    """Read by the index that fits the filter.

    With its usual prices the database walks back in time and drops what does not match: fine for what happens every
    day, and a walk through everything for what once was frequent and is no more.
    """
    with _prices():
        return list(rows)


@contextmanager
def _prices() -> Iterator[None]:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        yield


def columns() -> list[str]:
    return [
        _("When (UTC)"), _("Who"), _("What happened"), _("Record"), _("Kind of record"), _("Number"),
        _("Changes"), _("Reason"), _("Where from"), _("Request or task"), _("Details"),
        _("Roles held then"), _("Server time (UTC)"), _("Place in the ledger"), _("Leaf hash"),
    ]  # fmt: skip


def picked(rows: QuerySet[AuditEntry], *, most: int = MOST_ROWS) -> list[int]:
    """Numbers of the newest entries, `most` and one more if there are more: one pass, whatever the filter costs."""
    with _prices():
        return list(rows.order_by("-at", "-id").values_list("pk", flat=True)[: most + 1])


def lines(numbers: Sequence[int], *, most: int = MOST_ROWS) -> Iterator[list[object]]:
    """Every entry picked as cells, read in batches; a last line says so when there were more than `most`."""
    for start in range(0, min(len(numbers), most), PER_BATCH):
        wanted = numbers[start : min(start + PER_BATCH, most)]
        found = AuditEntry.objects.in_bulk(wanted)
        yield from (_cells(line) for line in lines_for([found[number] for number in wanted]))
    if len(numbers) > most:
        sentence = _("Only the newest %(n)s entries are in this file. Narrow the filters for the rest.")
        yield [sentence % {"n": f"{most:,}"}]


def batched(pieces: Iterator[bytes], size: int = PER_BATCH) -> Iterator[bytes]:
    """Fewer, larger pieces: each one sent costs a change of threads."""
    while some := b"".join(itertools.islice(pieces, size)):
        yield some


def _cells(line: Line) -> list[object]:
    entry = line.entry
    return [
        entry.at.astimezone(UTC).replace(tzinfo=None),
        str(entry.actor) if entry.actor else "",
        entry.event_label if entry.event else entry.kind_label,
        entry.title,
        entry.object_type,
        entry.object_id,
        "\n".join(f"{change.label}: {change.old or '–'} → {change.new or '–'}" for change in entry.changes),
        entry.reason,
        entry.origin,
        entry.unit_id,
        _joined(entry.details),
        ", ".join(line.roles),
        line.server_at.astimezone(UTC).replace(tzinfo=None) if line.server_at else "",
        line.place if line.place is not None else "",
        bytes(line.row.leaf_hash).hex(),
    ]


def _joined(details: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in details)


def is_place(text: str) -> bool:
    """Whether `stretch` could begin there."""
    return _read(text) is not None


def _place(row: AuditEntry) -> str:
    return f"{(row.at - _EPOCH) // _MICROSECOND}-{row.pk}"


def _read(place: str) -> tuple[datetime, int] | None:
    at, _dash, pk = place.partition("-")
    if not (at.isdecimal() and pk.isdecimal() and len(at) < 18 and len(pk) < 19):
        return None
    return _EPOCH + int(at) * _MICROSECOND, int(pk)


def _older_than(place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk))


def _newer_than(place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gt=pk))
