"""A spreadsheet after reading: columns with names that are unique, and rows of text."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.sheets.problems import Problem

MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row as a spreadsheet program numbers it; `line` is the line of a text file on which it starts.

    The two differ as soon as a cell holds several lines. A workbook has no lines: there `line` equals `number`.
    """

    number: int
    line: int
    columns: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def cells(self) -> dict[str, str]:
        return dict(zip(self.columns, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows with an ERROR among `problems` are not among `rows`.

    `encoding` and `delimiter` are empty for a workbook, `delimiter` alone for a list of records.
    """

    columns: list[str]
    rows: Sequence[Row]
    encoding: str
    delimiter: str
    problems: list[Problem]
    sha256: str
    size: int
