"""A whole sheet through one mapping."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from registry.sheets.duplicates import distinguish, near_duplicates
from registry.sheets.parsing import ParsedRow, parse_row
from registry.sheets.problems import Problem
from registry.sheets.rules import compile_mapping
from registry.sheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class ParsedSheet:
    """`problems` are all of them: the sheet's, then each row's in the order of the file."""

    rows: list[ParsedRow]
    problems: list[Problem]


def parse_sheet(sheet: Sheet, mapping: Mapping[str, Any]) -> ParsedSheet:
    """For a mapping in which `validate_mapping` finds no ERROR for this sheet's columns."""
    compiled = compile_mapping(mapping)
    rows = distinguish(parse_row(row, compiled) for row in sheet.rows)
    # A row that has already been told that it shares its key need not hear it twice.
    told = {
        row.number for row in rows if any(problem.code in ("KEY_REPEATED", "ROW_REPEATED") for problem in row.problems)
    }
    alike = {problem.row: problem for problem in near_duplicates(rows) if problem.row not in told}
    rows = [replace(row, problems=(*row.problems, alike[row.number])) if row.number in alike else row for row in rows]
    of_rows = [problem for row in rows for problem in row.problems]
    whole = [problem for problem in sheet.problems if problem.row is None]
    placed = [problem for problem in sheet.problems if problem.row is not None] + of_rows
    return ParsedSheet(rows, whole + sorted(placed, key=lambda problem: problem.row or 0))
