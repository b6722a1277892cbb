"""Keeping what is held true: the statement that asks for anything also asks what has changed since the last look.

A look remembers the oldest transaction that was still running then: whatever that one or a later one has changed may
not have been visible, and is read again next time. Reading twice does no harm, so threads share without waiting.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from registry.filters.conditions import Asking
from registry.filters.held.columns import Columns, built, changed
from registry.filters.held.rows import rows
from registry.models import CustomField
from registry.models.packed import Part

TRUSTED: Final = 1800.0
"""Seconds. Changes are kept for an hour, so whoever looked within half of one misses none."""
MOST_CHANGED: Final = 5000
"""Workflows that are read one by one; when more have changed, all are read."""
MOST_HELD: Final = 3
"""Days: it may be three around the world."""
ALL: Final = 0
"""In place of the number of one workflow, in what a look tells."""
"""In place of the number of one workflow, in what a look tells."""
_LOOK = """
SELECT 'look', '', pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT array_agg(DISTINCT coalesce(workflow_id, 0)) FROM registry_registerchange WHERE transaction >= %s)
"""
_MARK = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

Statement = tuple[str, Sequence[Any]]
"""A SELECT of (kind, name, number or NULL, numbers of workflows or NULL), and its parameters."""
Answer = tuple[str, str, int | None, list[int] | None]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Held:
    columns: Columns
    mark: int
    looked: float


_held: dict[Key, Held] = {}
_loading = threading.Lock()


def is_usable() -> bool:
    """Within a transaction its own changes count, which nobody else must see."""
    return not connection.in_atomic_block


def answer(
    asking: Asking, packed: Sequence[Part], own: Sequence[CustomField], statements: Sequence[Statement]
) -> tuple[Columns, list[Answer]]:
    """The columns as they are now, and what `statements` say."""
    key = (connection.settings_dict["NAME"], asking.today, *((field.parameter, field.kind) for field in own))
    held = _of(key, packed, own)
    found = _asked([(_LOOK, [held.mark]), *statements])
    (_kind, _name, mark, numbers), answers = found[0], found[1:]
    columns = held.columns
    if numbers and (ALL in numbers or len(numbers) > MOST_CHANGED):
        columns = built(rows(packed, own))
    elif numbers:
        columns = changed(columns, rows(packed, own, numbers), numbers)
    _held[key] = Held(columns, int(mark or 0), time.monotonic())
    return columns, answers


def _of(key: Key, packed: Sequence[Part], own: Sequence[CustomField]) -> Held:
    held = _held.get(key)
    if held is not None and time.monotonic() - held.looked < TRUSTED:
        return held
    with _loading:
        held = _held.get(key)
        if held is None or time.monotonic() - held.looked >= TRUSTED:
            with connection.cursor() as cursor:
                cursor.execute(_MARK)
                mark = cursor.fetchone()[0]
            while len(_held) >= MOST_HELD:
                _held.pop(next(iter(_held)), None)
            held = _held[key] = Held(built(rows(packed, own)), mark, time.monotonic())
        return held


def _asked(statements: Sequence[Statement]) -> list[Answer]:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _params in statements),
            [param for _sql, params in statements for param in params],
        )
        return list(cursor.fetchall())
