"""Pieces of a long check: each reads a bounded number of rows, so that it can be stopped and gone on with anywhere.

Each piece sees the database as of one moment: the log grows and erasures happen while it is read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

ROWS = 5000
"""Rows read at a time."""
MOST_NAMED = 100
"""Findings that are put into words; the others are counted."""
LOWEST = -(2**63)
"""Where to begin so that no number is left out: a row can be given any by hand."""


@dataclass
class Slice:
    """What one piece found, and where the next begins; None when the step is done."""

    examined: int = 0
    following: int | None = None
    findings: list[str] = field(default_factory=list)
    found: int = 0
    erased: int = 0
    """Contents and values that are gone with a record of their erasure."""

    def add(self, sentence: str, count: int = 1) -> None:
        self.found += count
        if len(self.findings) < MOST_NAMED:
            self.findings.append(sentence)

    def read(self, count: int, last: Any) -> None:
        """After a piece in the order of numbers: the next one begins behind `last`."""
        self.examined, self.following = count, int(last) + 1 if count == ROWS else None


@dataclass(frozen=True)
class Step:
    """One question, asked from a position on; `about` names it for whoever watches."""

    about: str
    take: Callable[[int], Slice]
    table: str = ""
    """Whose rows are read one by one; counted for whoever watches."""
    first: int = LOWEST

    def rows(self) -> int | None:
        return int(rows_of(f"SELECT count(*) FROM {self.table}")[0][0]) if self.table else None  # noqa: S608


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is asked inside sees one state of the database; in a caller's transaction, what the caller sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        rows_of("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows_of(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall()) if cursor.description else []
