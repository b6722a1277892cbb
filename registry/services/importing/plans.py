"""What an import would do, row by row, before anything is done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.models import ImportRow, Workflow
from registry.sheets import Problem, Severity

Outcome = ImportRow.Outcome
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Ref:
    """A related record: known by its number, or, while it does not exist yet, by its name and parent."""

    id: int | None
    label: str
    name: str = ""
    parent: str = ""


Value = str | date | Ref | int | float | dict[str, int] | list[str] | None
"""A value of a workflow's field, as it is stored or as it would be; of a custom field as it is stored."""


def stored(value: Value) -> Any:
    """`value` as JSON."""
    if isinstance(value, Ref):
        return {"id": value.id, "label": value.label}
    return value.isoformat() if isinstance(value, date) else value


def face(value: Any) -> Any:
    """What a stored value says to a reader; a record that came into being meanwhile says the same as before."""
    return value["label"] if isinstance(value, dict) and "label" in value else value


@dataclass(frozen=True, slots=True)
class RowPlan:
    """`before` and `after` hold the fields that would change; a row to be created has no before."""

    number: int
    key: str
    outcome: str
    cells: Mapping[str, str]
    workflow: Workflow | None = None
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    record_id: int | None = None
    """Of a row about something else than a workflow: the number of the record, once there is one."""
    record_name: str = ""

    @property
    def fingerprint(self) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Equal for two plans that would do the same to this row."""
        return (
            self.outcome,
            {name: face(stored(value)) for name, value in self.before.items()},
            {name: face(stored(value)) for name, value in self.after.items()},
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """`problems` are those of the file as a whole; each row carries its own."""

    rows: list[RowPlan]
    problems: list[Problem]
    columns: list[str]

    def all_problems(self) -> list[Problem]:
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def has_errors(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.all_problems())

    @property
    def does_something(self) -> bool:
        return any(row.outcome in (Outcome.CREATED, Outcome.CHANGED) for row in self.rows)

    def counts(self) -> dict[str, Any]:
        """Numbers for the tiles, and how many problems of each kind there are, the gravest first."""
        outcomes = Counter(row.outcome for row in self.rows)
        problems = self.all_problems()
        grave = Counter(problem.severity.value for problem in problems)
        kinds = Counter((problem.severity.value, problem.code) for problem in problems)
        ranked = sorted(kinds.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1]))
        return {
            "rows": len(self.rows),
            # The cells of a row are kept by column name; this is the order in which they stood.
            "columns": self.columns,
            **{str(outcome).lower(): outcomes[outcome] for outcome in Outcome},
            "problems": len(problems),
            "errors": grave[Severity.ERROR.value],
            "warnings": grave[Severity.WARNING.value],
            "kinds": [{"severity": severity, "code": code, "count": count} for (severity, code), count in ranked],
        }


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """The row as it stood keeps the whole cell, so a quotation is enough here."""
    return {
        "row": problem.row,
        "column": problem.column,
        "message": problem.message,
        "severity": problem.severity.value,
        "code": problem.code,
        "value": problem.value[:_LONGEST_QUOTE],
    }
