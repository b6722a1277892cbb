"""Reading a list of outputs: CSV with a heading, JSON lines, or bare ids, one a line. Pure but for decoding.

Nothing is guessed and nothing is dropped: what cannot be taken is told with its line and its reason.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.affected_values import COLUMNS, Row, RowRefused, row_of
from registry.sheets.delimited import CellTooLongError, Records, sniff
from registry.sheets.encoding import decode
from registry.sheets.export import restore
from registry.sheets.problems import SheetRefused

MOST_ROWS: Final = 200_000
WORKBOOK: Final = b"PK\x03\x04"
MOST_TOLD: Final = 20
"""Problems that are told; the rest is counted."""


@dataclass
class Listed:
    """`repeats` are lines that say again what an earlier line said."""

    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    repeats: int = 0

    @property
    def sentences(self) -> list[str]:
        told = [_("Line %(line)d: %(why)s") % {"line": line, "why": why} for line, why in self.problems[:MOST_TOLD]]
        more = len(self.problems) - MOST_TOLD
        return [*told, _("%(n)d more lines cannot be taken.") % {"n": more}] if more > 0 else told


def read_file(data: bytes, filename: str, *, now: datetime) -> Listed:
    """Raises `SheetRefused` for what is no text at all, or whose end is missing."""
    if data.startswith(WORKBOOK):
        raise SheetRefused(_("This is an Excel workbook. Save the list as “CSV UTF-8” and send that."))
    text, _encoding, cleaned = decode(data)
    if cleaned:
        raise SheetRefused(_("There are characters in it that belong to no text, or its end is missing."))
    return read_text(text, filename, now=now)


def read_text(text: str, filename: str = "", *, now: datetime) -> Listed:
    if not text.strip():
        return Listed(problems=[(1, _("There is nothing in it."))])
    if text.lstrip()[:1] == "{":
        return gathered(_json_lines(text), now=now)
    delimiter, body = sniff(text, filename)
    return gathered(_delimited(body, delimiter), now=now)


def gathered(lines: Iterable[tuple[int, dict[str, Any] | str]], *, now: datetime) -> Listed:
    """Each line with its values, or with why it has none. The same id twice must say the same twice."""
    found = Listed()
    seen: dict[str, tuple[int, Row]] = {}
    for line, values in lines:
        try:
            if isinstance(values, str):
                raise RowRefused(values)
            row = row_of(values, now=now, zone=UTC)
            earlier = seen.setdefault(row.ref, (line, row))
            if earlier[0] == line:
                found.rows.append(row)
            elif earlier[1] == row:
                found.repeats += 1
            else:
                raise RowRefused(_("This id stands on line %(line)d too, and says otherwise.") % {"line": earlier[0]})
        except RowRefused as refused:
            found.problems.append((line, str(refused)))
        if len(found.rows) > MOST_ROWS:
            found.problems.append((line, _("At most %(most)d ids are taken at once.") % {"most": MOST_ROWS}))
            break
    return found


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            yield number, _("This line is no JSON.")
            continue
        yield number, values if isinstance(values, dict) else _("This line is no JSON object.")


def _delimited(text: str, delimiter: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    records = Records(text, delimiter)
    lines = _filled(records)
    first = next(lines, (1, []))
    names, is_heading = _heading(first[1])
    if is_heading and (problem := _wrong(names)) is not None:
        yield first[0], problem
        return
    line, cells = first
    for line, cells in lines if is_heading else chain([first], lines):
        if cells is None:
            yield line, _("A quotation mark is opened here and never closed.")
        elif any(cell.strip() for cell in cells[len(names) :]):
            yield line, _("There are more cells than columns.")
        else:
            yield line, dict(zip(names, cells, strict=False))
    if cells is not None and len(cells) < len(names) and not records.ends_with_line:
        yield line, _("The last line has fewer cells than columns, and no end: the rest of the list may be missing.")


def _filled(records: Records) -> Iterator[tuple[int, list[str] | None]]:
    """Lines that are not empty; at the end one without cells where a quotation mark was never closed."""
    line = 1
    try:
        for line, cells in records:
            if any(cell.strip() for cell in cells):
                yield line, [restore(cell) for cell in cells]
    except CellTooLongError as failure:
        yield int(str(failure)), None
        return
    if records.is_cut_off:
        yield line, None


def _heading(cells: list[str] | None) -> tuple[list[str], bool]:
    """The columns, and whether the line named them; a line of one cell that names none is an id already."""
    names = [cell.strip() for cell in cells or [""]]
    is_heading = len(names) > 1 or names[0].lower() in COLUMNS
    return (names, True) if is_heading else (["id"], False)


def _wrong(names: list[str]) -> str | None:
    known = [COLUMNS.get(name.lower(), name) for name in names]
    if "ref" not in known:
        return _("No column is called “id”. The first line names the columns.")
    if twice := next((name for name in names if name and known.count(COLUMNS.get(name.lower(), name)) > 1), ""):
        return _("The column “%(name)s” stands there twice.") % {"name": twice[:60]}
    return None
