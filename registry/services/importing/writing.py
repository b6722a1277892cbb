"""Writing a plan into the register: units and vendors first, then the workflows that name them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from registry.kernel.audit.bulk import create_many, update_many
from registry.models import BusinessUnit, Vendor, Workflow
from registry.services.gate_guard import as_found, leave_production
from registry.services.importing.directory import Directory, told_apart
from registry.services.importing.plans import Outcome, Plan, Ref, RowPlan, Value
from registry.services.importing.slugs import Slugs
from registry.services.importing.targets import RELATED, own_key
from registry.services.readiness import KEPT, put_readiness


def write(plan: Plan, *, at: datetime) -> Plan:
    """The plan as it was carried out: every row with its workflow, every related record with its number."""
    _make_units(plan)
    _make_vendors(plan)
    directory = Directory()
    rows = [replace(row, after=_resolved(row, directory)) for row in plan.rows]
    made = iter(_create([row for row in rows if row.outcome == Outcome.CREATED], at=at))
    _change([row for row in rows if row.outcome == Outcome.CHANGED], at=at)
    rows = [replace(row, workflow=next(made)) if row.outcome == Outcome.CREATED else row for row in rows]
    return replace(plan, rows=rows)


def _missing(plan: Plan, field: str) -> dict[tuple[str, str], Ref]:
    """Related records that do not exist yet, each once, in the order and the spelling in which the file names them."""
    found: dict[tuple[str, str], Ref] = {}
    for row in plan.rows:
        value = row.after.get(field)
        if isinstance(value, Ref) and value.id is None:
            found.setdefault((told_apart(value.parent), told_apart(value.name)), value)
    return found


def _make_units(plan: Plan) -> None:
    missing = list(_missing(plan, "business_unit").values())
    directory = Directory()
    tops = {told_apart(ref.parent): ref.parent for ref in missing if ref.parent}
    tops.update({told_apart(ref.name): ref.name for ref in missing if not ref.parent})
    create_many([BusinessUnit(name=name) for name in tops.values() if directory.unit(name).id is None])
    directory = Directory()
    create_many(
        [
            BusinessUnit(name=ref.name, parent_id=directory.unit(ref.parent).id)
            for ref in missing
            if ref.parent and directory.unit(ref.name, ref.parent).id is None
        ]
    )


def _make_vendors(plan: Plan) -> None:
    create_many([Vendor(name=ref.name) for ref in _missing(plan, "vendor").values()])


def _resolved(row: RowPlan, directory: Directory) -> dict[str, Value]:
    return {name: _found(name, value, directory) for name, value in row.after.items()}


def _found(name: str, value: Value, directory: Directory) -> Value:
    if not isinstance(value, Ref) or value.id is not None:
        return value
    return directory.vendor(value.name) if name == "vendor" else directory.unit(value.name, value.parent)


def _create(rows: list[RowPlan], *, at: datetime) -> list[Workflow]:
    slugs = Slugs()
    made = []
    for row in rows:
        workflow = Workflow(slug=slugs.take(str(row.after["name"])), source_key=row.key)
        put(workflow, row.after)
        as_found(workflow)
        made.append(workflow)
    put_readiness(made, at=at)
    return create_many(made)


def _change(rows: Iterable[RowPlan], *, at: datetime) -> None:
    changed = []
    fields = {"version", "updated_at", "production_basis"}
    for row in rows:
        if row.workflow is None:
            continue
        put(row.workflow, row.after)
        leave_production(row.workflow)
        row.workflow.version += 1
        row.workflow.updated_at = at
        fields.update(column_of(name) for name in row.after)
        changed.append(row.workflow)
    put_readiness(changed, at=at)
    update_many(changed, sorted({*fields, *KEPT}))


def column_of(name: str) -> str:
    """The field of the model in which a value is kept."""
    return "custom" if own_key(name) else name


def put(workflow: Workflow, values: Mapping[str, Value]) -> None:
    """Set `values` without saving."""
    for name, value in values.items():
        if key := own_key(name):
            rest = {held: mine for held, mine in workflow.custom.items() if held != key}
            workflow.custom = rest if value is None else {**rest, key: value}
        elif name in RELATED:
            setattr(workflow, f"{name}_id", value.id if isinstance(value, Ref) else None)
        else:
            setattr(workflow, name, value)
