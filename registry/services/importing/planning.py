"""From a sheet and a mapping to a plan: which rows create, change or leave alone which workflow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from registry.custom_values import NotAValue
from registry.models import ChangeSet, ImportRow, Workflow
from registry.services.importing.directory import Directory
from registry.services.importing.merging import Merge, without_contradiction
from registry.services.importing.plans import Outcome, Plan, RowPlan, Value
from registry.services.importing.targets import OWNERS, own_key, own_value, revived, unset, wanted
from registry.sheets import ParsedRow, Problem, Severity, Sheet, parse_sheet
from registry.sheets.problems import warning
from registry.sheets.rules import columns_of
from registry.sheets.words import fold

Values = Mapping[str, Value]


def draw_up(
    sheet: Sheet,
    mapping: Mapping[str, Any],
    *,
    take_file: bool = False,
    lock: bool = False,
    notes: Sequence[Problem] = (),
) -> Plan:
    """Reads the register and writes nothing. With `lock`, inside a transaction, what was read cannot change.

    `take_file` overwrites even what people changed here since the last import. `notes` are problems of the mapping.
    """
    parsed = parse_sheet(sheet, mapping)
    keys = {row.number: f"{mapping['name']}:{row.key}" for row in parsed.rows}
    existing = _existing(keys.values(), lock=lock)
    merge = Merge(
        directory=Directory(),
        known=_last_imported([workflow.pk for workflow in existing.values()]),
        columns={field: columns_of(spec)[0] for field, spec in mapping["columns"].items()},
        take_file=take_file,
    )
    namesakes = Namesakes(existing.values()) if len(existing) < len(keys) else None
    rows = [_row(row, keys[row.number], existing, merge, namesakes) for row in parsed.rows]
    numbers = {row.number for row in rows}
    strays = [problem for problem in parsed.problems if problem.row not in numbers]
    rows += _unread(strays)
    whole = [*notes, *(problem for problem in strays if problem.severity is not Severity.ERROR or problem.row is None)]
    return Plan(sorted(rows, key=lambda row: row.number), whole, sheet.columns)


def _existing(keys: Iterable[str], *, lock: bool) -> dict[str, Workflow]:
    found = Workflow.objects.filter(source_key__in=list(keys)).defer("search").order_by("pk")
    if lock:
        found = found.select_for_update()
    return {str(workflow.source_key): workflow for workflow in found}


def _last_imported(pks: list[int]) -> dict[int, Values]:
    """What imports that still stand put into each field last."""
    known: defaultdict[int, dict[str, Value]] = defaultdict(dict)
    rows = (
        ImportRow.objects.filter(
            workflow__in=pks,
            change_set__status=ChangeSet.Status.APPLIED,
            change_set__kind=ChangeSet.Kind.IMPORT,
            outcome__in=[Outcome.CREATED, Outcome.CHANGED],
        )
        .order_by("change_set__applied_at", "change_set_id")
        .values_list("workflow_id", "after")
    )
    for pk, after in rows:
        if pk is not None:
            known[pk].update({name: revived(name, value) for name, value in after.items()})
    return dict(known)


def _row(
    row: ParsedRow, key: str, existing: Mapping[str, Workflow], merge: Merge, namesakes: "Namesakes | None"
) -> RowPlan:
    if not row.is_importable:
        return RowPlan(row.number, key, Outcome.SKIPPED, row.cells, problems=row.problems)
    values = wanted(row, merge.directory)
    problems = [*row.problems, *_unknown_owners(row, values, merge)]
    problems += _wrong_own(row, merge)
    problems += without_contradiction(values, row.number, merge.columns)
    workflow = existing.get(key)
    if workflow is None:
        if namesakes is not None:
            problems += namesakes.of(row, values)
        after = {name: value for name, value in values.items() if value != unset(name)}
        return RowPlan(row.number, key, Outcome.CREATED, row.cells, after=after, problems=tuple(problems))
    before, after, kept = merge.into(workflow, values, row.number)
    outcome = Outcome.CHANGED if after else Outcome.UNCHANGED
    return RowPlan(row.number, key, outcome, row.cells, workflow, before, after, (*problems, *kept))


def _unknown_owners(row: ParsedRow, values: Values, merge: Merge) -> list[Problem]:
    message = _("Nobody who is active here has the address “%(address)s”; the owner is left as it is.")
    return [
        warning(
            row.number,
            merge.columns[field],
            message % {"address": row.values[field]},
            code="OWNER_UNKNOWN",
            value=str(row.values[field]),
        )
        for field, name in OWNERS.items()
        if row.values.get(field) and name not in values
    ]


def _wrong_own(row: ParsedRow, merge: Merge) -> list[Problem]:
    """Cells that their custom field does not take: the field is left as it is."""
    found = []
    for name, cell in row.values.items():
        if not (key := own_key(name)):
            continue
        field = merge.directory.custom.get(key)
        try:
            if field is not None:
                own_value(field, cell, merge.directory)
                continue
            told = _("There is no such field in use.")
        except NotAValue as refused:
            told = str(refused)
        found.append(warning(row.number, merge.columns[name], told, code="OWN_UNREADABLE", value=str(cell)))
    return found


def _unread(strays: Iterable[Problem]) -> list[RowPlan]:
    """Rows the reader had to leave out: they have a number and problems, and no cells worth keeping apart."""
    by_row: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in strays:
        if problem.row is not None and problem.severity is Severity.ERROR:
            by_row[problem.row].append(problem)
    return [
        RowPlan(
            number, "", Outcome.SKIPPED, {problem.column: problem.value for problem in found}, problems=tuple(found)
        )
        for number, found in by_row.items()
    ]


class Namesakes:
    """Workflows of the register that this file does not know by its keys, by name and unit."""

    def __init__(self, matched: Iterable[Workflow]) -> None:
        known = {workflow.pk for workflow in matched}
        self._found: dict[tuple[str, int | None], int] = {
            (fold(name), unit): pk
            for pk, name, unit in Workflow.objects.order_by("-pk").values_list("pk", "name", "business_unit_id")
            if pk not in known
        }

    def of(self, row: ParsedRow, values: Values) -> list[Problem]:
        unit = values.get("business_unit")
        pk = self._found.get((fold(str(values["name"])), getattr(unit, "id", None)))
        if pk is None or (unit is not None and getattr(unit, "id", None) is None):
            return []
        message = _("WF-%(pk)04d has this name in the same unit already; this row makes a second entry.") % {"pk": pk}
        return [warning(row.number, row.name_column, message, code="NAMESAKE", value=str(values["name"]))]
