"""Pieces of a long check: each reads a bounded number of rows, so that it can be stopped and gone on with anywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

ROWS = 5000
"""Rows read at a time."""
MOST_NAMED = 100
"""Findings of one piece that are put into words; the others are counted."""


@dataclass
class Slice:
    """What one piece found, and where the next begins; None when the step is done."""

    examined: int = 0
    following: int | None = None
    findings: list[str] = field(default_factory=list)
    found: int = 0

    def add(self, sentence: str) -> None:
        self.found += 1
        if len(self.findings) < MOST_NAMED:
            self.findings.append(sentence)


@dataclass(frozen=True)
class Step:
    """One question, asked from a position on; `about` names it for whoever watches."""

    about: str
    take: Callable[[int], Slice]


def rows_of(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())
