"""What is wrong with a sheet, said by row and column in words a person can act on."""

from dataclasses import dataclass
from enum import StrEnum


class SheetRefused(Exception):
    """The whole file is turned away; the message is one or two sentences for the person who sent it."""


class Severity(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Problem:
    """An ERROR keeps its row out of the import; a WARNING does not.

    `row` is the spreadsheet row (heading row = 1), or None for the file as a whole. `code` groups
    problems of one kind. `value` is the text as it stood in the file, never shortened.
    """

    row: int | None
    column: str
    message: str
    severity: Severity
    code: str
    value: str = ""


def error(row: int | None, column: str, message: str, *, code: str, value: str = "") -> Problem:
    return Problem(row, column, message, Severity.ERROR, code, value)


def warning(row: int | None, column: str, message: str, *, code: str, value: str = "") -> Problem:
    return Problem(row, column, message, Severity.WARNING, code, value)
