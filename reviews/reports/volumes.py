"""Dividing long lists between volumes, so that none is longer to print than a fixed number of pages."""

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any

from registry.kernel.documents.formatting import value

PAGES = 40
"""Of one volume: what is printed at once decides how much memory a pack takes."""
ROOM = 58
"""Printed lines of a page."""
COLUMNS = {"changes": 62, "who": 22, "what": 24}
"""Characters of one printed line in the columns of the table, cautiously counted."""
AROUND = 0.9
"""The white space of one row, in printed lines."""


def in_volumes(lines: Iterable[dict[str, Any]], pages: float) -> Iterator[list[dict[str, Any]]]:
    """Audit lines in portions of about as many pages; never an empty one."""
    portion: list[dict[str, Any]] = []
    filled = 0.0
    for line in lines:
        tall = height(line)
        if portion and filled + tall > pages * ROOM:
            yield portion
            portion, filled = [], 0.0
        portion.append(line)
        filled += tall
    if portion:
        yield portion


def height(line: dict[str, Any]) -> float:
    """Printed lines that an audit line takes: those of its tallest cell."""
    wide = COLUMNS["changes"]
    changes = 1 if line["kind"] == "+" else sum(_rows(_told(change), wide) for change in line["changes"]) or 1
    changes += sum(_rows(f"{part['label']} {part['text']}", wide) for part in line["details"])
    told = changes + _rows(line["reason"] or "", wide) + 1
    who = _rows(line["by"], COLUMNS["who"]) + _rows(line["role"] or "–", COLUMNS["who"])
    what = 1 + _rows(line["object"], COLUMNS["what"])
    return max(told, who, what, 2) + AROUND


def _told(change: dict[str, Any]) -> str:
    return f"{change['field']} {value(change['before'])} → {value(change['after'])}"


def _rows(text: str, wide: int) -> int:
    return sum(max(1, ceil(len(part) / wide)) for part in text.splitlines()) if text else 0
