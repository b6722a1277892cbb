"""What a file about records other than workflows would do: each row is done through its service, and taken back.

So a trial refuses exactly what applying would refuse, with the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import User
from registry.services.exchange import Given, RecordKind
from registry.services.exchange.columns import typed
from registry.services.exchange.kinds import OF_WORKFLOW, same
from registry.services.importing.plans import Outcome, Plan, RowPlan
from registry.services.importing.records_finding import Finding, Line
from registry.services.importing.records_reading import read_rows
from registry.services.readiness import judged_together
from registry.sheets import Problem, Severity, Sheet
from registry.sheets.problems import error

MOST = 1000
"""Rows of one file that create or change something. Each is written as by hand, with its own history."""


class TakenBack(Exception):
    """Ends the block in which a file was carried out, so that nothing of it stays."""


@dataclass(frozen=True)
class Job:
    """A file and in whose name it is carried out. `notes` are problems of the mapping."""

    kind: RecordKind
    sheet: Sheet
    mapping: Mapping[str, Any]
    by: User
    at: datetime
    reason: str
    notes: Sequence[Problem] = ()


def try_records(job: Job) -> Plan:
    """What would come of the file. Nothing of it stays."""
    plans = []
    with suppress(TakenBack), transaction.atomic(), judged_together(at=job.at):
        plans.append(write_records(job))
        raise TakenBack
    return without_made(plans[0])


def without_made(plan: Plan) -> Plan:
    """After everything was taken back: what was to be created has no number."""
    rows = [replace(row, record_id=None) if row.outcome == Outcome.CREATED else row for row in plan.rows]
    return replace(plan, rows=rows)


def write_records(job: Job) -> Plan:
    """Every row that is right, written; whoever wants all or nothing looks at the plan and rolls back."""
    rows, columns = read_rows(job.sheet, job.mapping, job.kind)
    finding = Finding(job.kind, columns, rows, job.by)
    lines = [finding.line(row) for row in rows]
    problems = [*job.notes, *job.sheet.problems]
    if (count := sum(1 for line in lines if line.writes)) > MOST:
        problems.append(_too_many(count))
        done = [line.plan for line in lines]
    else:
        done = [_carried_out(line, job, finding) if line.writes else line.plan for line in lines]
    whole = [p for p in problems if p.row is None or p.severity is not Severity.ERROR]
    return Plan(sorted([*done, *_unread(problems)], key=lambda row: row.number), whole, job.sheet.columns)


def _too_many(count: int) -> Problem:
    message = _("%(count)s rows would create or change something, and at most %(most)s do so at once. Split the file.")
    return error(None, "", message % {"count": f"{count:,}", "most": f"{MOST:,}"}, code="TOO_MANY_ROWS")


def _unread(problems: Sequence[Problem]) -> Iterator[RowPlan]:
    """Rows that could not even be read."""
    for problem in problems:
        if problem.row is not None and problem.severity is Severity.ERROR:
            yield RowPlan(problem.row, "", Outcome.SKIPPED, {problem.column: problem.value}, problems=(problem,))


def _carried_out(line: Line, job: Job, finding: Finding) -> RowPlan:
    """The row through its service. What the service refuses is a problem of the row, by field."""
    plan, kind = line.plan, job.kind
    try:
        values = {
            name: typed(kind.incoming[name], value, finding.people)  # type: ignore[arg-type]
            for name, value in plan.after.items()
            if name != OF_WORKFLOW
        }
        with transaction.atomic():
            return _written(line, kind, Given(values, job.by, job.at, job.reason, line.workflow))
    except ValidationError as refused:
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        told = [(name, message) for name, messages in by_field.items() for message in messages]
    except (Refused, Conflict) as refused:
        told = [(kind.keys[0], str(refused))]
    except IntegrityError:
        told = [(kind.keys[0], _("These values contradict one another."))]
    problems = tuple(finding.wrong(plan.number, plan.cells, name, message, "ROW_REFUSED") for name, message in told)
    return replace(plan, outcome=Outcome.SKIPPED, before={}, after={}, problems=problems)


def _written(line: Line, kind: RecordKind, given: Given) -> RowPlan:
    """A service may find that nothing differs after all."""
    plan = line.plan
    if line.record is None:
        return replace(plan, record_id=kind.add(given).pk) if kind.add else plan
    now = kind.plain(kind.edit(line.record, given))
    after = {name: now[name] for name in plan.after if not same(now[name], plan.before[name])}  # type: ignore[arg-type]
    if not after:
        return replace(plan, outcome=Outcome.UNCHANGED, before={}, after={})
    return replace(plan, before={name: plan.before[name] for name in after}, after=after)
