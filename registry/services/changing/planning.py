"""What a change of many workflows would do to each: old and new, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import ValidationError

from registry.models import CustomField, Stage, Workflow
from registry.services import custom_values
from registry.services.changing.fields import Wanted
from registry.services.gate_guard import refusals
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Value
from registry.services.importing.targets import own_key
from registry.services.importing.writing import column_of, put
from registry.services.workflows import check_change


@dataclass(frozen=True)
class Line:
    """One workflow, with the new values in it though not saved. Without changes it stays as it is."""

    workflow: Workflow
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    """Name → before and after."""
    refusal: str = ""

    @property
    def columns(self) -> set[str]:
        return {column_of(name) for name in self.changes}

    @property
    def goes_live(self) -> bool:
        return "stage" in self.changes and self.changes["stage"][1] == Stage.PRODUCTION


def draw_up(rows: Sequence[Workflow], wanted: Wanted, *, at: datetime) -> list[Line]:
    """`rows` are changed in memory; whoever only looks must not save them."""
    directory, needed = Directory(), custom_values.needed_fields()
    lines = [put_in(row, wanted.of(row, directory), needed) for row in rows]
    refused = refusals([line.workflow for line in lines if line.goes_live and not line.refusal], at=at)
    return [replace(line, refusal=refused.get(line.workflow.pk, line.refusal)) for line in lines]


def put_in(workflow: Workflow, changes: Mapping[str, tuple[Value, Value]], needed: Sequence[CustomField]) -> Line:
    """The line of one workflow: its new values are set, and checked as an edit of it alone would be."""
    if not changes:
        return Line(workflow)
    custom, stage = workflow.custom, workflow.stage
    put(workflow, {name: after for name, (_before, after) in changes.items()})
    changed = {"custom" if own_key(name) else name for name in changes}
    try:
        check_change(workflow, changed, custom_before=custom, stage_before=stage, needed=needed)
    except ValidationError as refused:
        return Line(workflow, changes, " ".join(refused.messages))
    return Line(workflow, changes)
