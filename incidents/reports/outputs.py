"""The list of outputs as lines of a table."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from incidents.models import AffectedOutput

COLUMNS = (
    "id", "produced_at", "segment", "preview", "link", "decision", "moved_downstream", "remedy", "put_right_at",
    "put_right_by", "what_was_done", "reviewer", "decided_by", "decided_at", "reason", "found_ambiguous_by",
    "in_sample",
)  # fmt: skip
PEOPLE = ("share__person", "decided_by", "remedied_by", "first_by")
AT_ONCE = 2000


def lines(rows: QuerySet[AffectedOutput]) -> Iterator[tuple[Any, ...]]:
    """Row by row in the order of the list, fetched some at a time: nothing is held between two of them."""
    wanted, last = rows.order_by("pk").select_related(*PEOPLE), 0
    while some := list(wanted.filter(pk__gt=last)[:AT_ONCE]):
        yield from map(_line, some)
        last = some[-1].pk


def _reviewer(row: AffectedOutput) -> object:
    share = getattr(row, "share", None)
    return share.person if share is not None else None


def _line(row: AffectedOutput) -> tuple[Any, ...]:
    return (
        row.ref, row.occurred_at, row.segment, row.preview, row.link, row.decision, row.moved, row.remedy,
        row.remedied_at, row.remedied_by, row.remedy_note, _reviewer(row), row.decided_by, row.decided_at, row.reason,
        row.first_by, row.in_sample,
    )  # fmt: skip
