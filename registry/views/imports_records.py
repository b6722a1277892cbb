"""Rows of an import about records other than workflows, as the table of its page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.models import ImportRow
from registry.services.exchange import RecordKind


@dataclass(frozen=True)
class RecordLine:
    """`url` is empty where there is no record, or none any more."""

    row: ImportRow
    name: str
    url: str
    changes: list[tuple[str, str, str]]


def lines_of_records(kind: RecordKind, rows: Sequence[ImportRow]) -> list[RecordLine]:
    numbers = [row.record_id for row in rows if row.record_id is not None]
    records = kind.model._default_manager.in_bulk(numbers)
    return [
        RecordLine(row, row.record_name, kind.url(found) if found else "", told(kind, row.before, row.after))
        for row in rows
        for found in [records.get(row.record_id)]
    ]


def told(kind: RecordKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Field, old and new in words."""
    return [
        (str(column.label), column.shown(before.get(name)), column.shown(after.get(name)))
        for name, column in kind.incoming.items()
        if name in after or name in before
    ]
