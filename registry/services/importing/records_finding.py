"""Which record each row of a file is about, and what the row would change in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from registry.models import User, Workflow
from registry.services.exchange import Plain, RecordKind
from registry.services.exchange.columns import nobody
from registry.services.exchange.kinds import NUMBER, OF_WORKFLOW, number_of, same
from registry.services.importing.plans import Outcome, RowPlan
from registry.services.importing.records_reading import ReadRow
from registry.sheets import Problem
from registry.sheets.problems import error


@dataclass(frozen=True)
class Line:
    """A row with what is to be done for it: nothing, unless it `writes`."""

    plan: RowPlan
    record: Any = None
    workflow: Workflow | None = None
    writes: bool = False


class Finding:
    """The rows of one file beside the records they are about, which are looked up together.

    `columns` names the column of the file that fills each field.
    """

    def __init__(self, kind: RecordKind, columns: Mapping[str, str], rows: Sequence[ReadRow], by: User) -> None:
        self.kind, self.columns, self.rows, self.by = kind, columns, rows, by
        self._seen: dict[Any, int] = {}

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """Those that the file names and the person may see, by reference."""
        found_numbers = (number_of(str(row.values.get(OF_WORKFLOW, ""))) for row in self.rows)
        numbers = {number for number in found_numbers if number is not None}
        found = Workflow.objects.visible_to(self.by).filter(pk__in=numbers).defer("search")
        return {workflow.reference: workflow for workflow in found}

    @cached_property
    def records(self) -> list[Any]:
        if not self.kind.workflow_path:
            return list(self.kind.rows(self.by))
        return list(self.kind.of_workflows(self.by, [workflow.pk for workflow in self.workflows.values()]))

    @cached_property
    def by_number(self) -> dict[str, Any]:
        return {str(record.pk): record for record in self.records}

    @cached_property
    def by_key(self) -> dict[tuple[str, ...], Any]:
        in_use = filter(self.kind.in_use, self.records)
        return {self.kind.identity(self.kind.plain(record)): record for record in in_use}

    @cached_property
    def people(self) -> dict[str, User]:
        """Those whose addresses stand in the file and who are active."""
        asked = {a for row in self.rows for column in self.kind.of_people for a in column.addresses(row.values)}
        return {person.email.lower(): person for person in User.objects.active().filter(email__in=asked)}

    def line(self, row: ReadRow) -> Line:
        record, problems = self._found(row)
        before = self.kind.plain(record) if record is not None else {}
        after = {name: value for name, value in row.values.items() if name != NUMBER and _differs(before, name, value)}
        problems += [*self._blank(row, is_new=record is None), *self._strangers(row, after)]
        plan = RowPlan(
            row.number, "", Outcome.SKIPPED, row.cells, problems=(*row.problems, *problems),
            record_id=record.pk if record is not None else None,
            record_name=self.kind.name_of({**before, **row.values}),
        )  # fmt: skip
        if plan.problems:
            return Line(plan)
        if before and not after:
            return Line(replace(plan, outcome=Outcome.UNCHANGED))
        outcome = Outcome.CHANGED if before else Outcome.CREATED
        plan = replace(plan, outcome=outcome, before={name: before[name] for name in after if before}, after=after)
        return Line(plan, record, self.workflows.get(str(row.values.get(OF_WORKFLOW, ""))), writes=True)

    def _found(self, row: ReadRow) -> tuple[Any, list[Problem]]:
        """The record a row is about; nothing for a new one."""
        kind, wanted, number = self.kind, row.values.get(OF_WORKFLOW), row.values.get(NUMBER)
        if wanted and wanted not in self.workflows:
            return None, [self._about(row, OF_WORKFLOW, _("There is no such workflow here."), "WORKFLOW_UNKNOWN")]
        key = kind.identity(row.values)
        record = self.by_number.get(str(number)) if number else self.by_key.get(key)
        if number and (record is None or (wanted and kind.plain(record)[OF_WORKFLOW] != wanted)):
            sentence = _("This workflow has no such record of number %(number)s.") % {"number": number}
            return None, [self._about(row, NUMBER, sentence, "RECORD_UNKNOWN")]
        earlier = self._seen.setdefault(key if record is None else record.pk, row.number)
        if earlier != row.number:
            sentence = _("Row %(row)d is about the same record.") % {"row": earlier}
            return record, [self._about(row, kind.keys[-1], sentence, "KEY_REPEATED")]
        if record is None and kind.add is None and all(key):
            sentence = _("There is no such record here, and a file does not make one.")
            return None, [self._about(row, kind.keys[-1], sentence, "RECORD_UNKNOWN")]
        return record, []

    def _blank(self, row: ReadRow, *, is_new: bool) -> Iterator[Problem]:
        """What must be said and is not. Of unreadable cells it has been told already."""
        told = {problem.column for problem in row.problems}
        for name, column in self.kind.incoming.items():
            is_missing = column.is_required and not row.values.get(name) and (is_new or name in row.values)
            if is_missing and self.columns.get(name) not in told:
                yield self._about(row, name, _("“%(label)s” is blank.") % {"label": column.label}, "CELL_BLANK")

    def _strangers(self, row: ReadRow, after: Mapping[str, Plain]) -> Iterator[Problem]:
        """Whoever is named anew must be here."""
        for column in self.kind.of_people:
            for address in column.addresses(after):
                if address not in self.people:
                    yield self._about(row, column.name, nobody(address), "PERSON_UNKNOWN")

    def _about(self, row: ReadRow, name: str, message: str, code: str) -> Problem:
        return self.wrong(row.number, row.cells, name, message, code)

    def wrong(self, number: int, cells: Mapping[str, str], name: str, message: str, code: str) -> Problem:
        """A problem at the column that fills the field `name`, or at the field where no column does."""
        known = self.kind.incoming.get(name)
        column = self.columns.get(name) or (str(known.label) if known else "")
        return error(number, column, message, code=code, value=cells.get(column, ""))


def _differs(before: Mapping[str, Plain], name: str, value: Plain) -> bool:
    return not same(before[name], value) if before else bool(value)
