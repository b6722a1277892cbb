"""How a row is copied for another workflow: which statement makes the copies of one table, and which of its history.

Copy n of a row has a key of its own that follows from the row's key and n, so that what pointed to the row points, in
the copy, to the copy.
"""

from collections.abc import Iterator
from typing import Any

from registry.models import (
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    DownstreamAction,
    Playbook,
    Signal,
    Surface,
    SurfaceVersion,
    TierAssessment,
    Workflow,
)

BELOW: tuple[Any, ...] = (
    Surface,
    SurfaceVersion,
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    DownstreamAction,
    Playbook,
    Signal,
    TierAssessment,
)
"""What is copied with a workflow."""
WORDS = (
    "purpose",
    "outputs",
    "affected_people",
    "topic",
    "system_name",
    "contract_reference",
    "business_unit_id",
    "vendor_id",
    "impact",
    "is_public_facing",
    "uses_personal_data",
    "tags",
    "custom",
)
"""Columns of a copied workflow that come from an entry of the inventory; the others come with what is below it."""
APART = 1_000_000
"""Between the keys of one copy and those of the next. No table of the demonstration has as many rows."""
VERSIONS = 4
"""Copies of each version of a surface."""
DAYS = 300
"""The histories of the copies began on as many different days."""
COPIES = """
WITH copy AS (
    SELECT n, (%(states)s::bigint[])[1 + n %% cardinality(%(states)s::bigint[])] AS state,
              (%(words)s::bigint[])[1 + n %% cardinality(%(words)s::bigint[])] AS words,
              (%(people)s::bigint[])[1 + n %% cardinality(%(people)s::bigint[])] AS person
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
)
"""
"""The workflows of one stretch: number, the workflow whose state they have, the one whose words, and their owner."""


def statements() -> Iterator[str]:
    """Every table and its history, in an order in which a reader could see them."""
    for model in (Workflow, *BELOW):
        yield _statement(model, model)
        yield _statement(model, model.history.model)


def _statement(model: Any, written: Any) -> str:
    """Copies rows of `written`, which is `model` or its history."""
    is_history = written is not model
    fields = [field for field in written._meta.concrete_fields if not field.generated and field.column != "history_id"]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field.column) for field in fields)
    again = f"CROSS JOIN generate_series(0, {VERSIONS - 1}) AS again(m)" if model is SurfaceVersion else ""
    order = "ORDER BY copy.n, t.history_id" if is_history else ""
    return (
        f"{COPIES} INSERT INTO {written._meta.db_table} ({columns}) SELECT {values} FROM copy "  # noqa: S608 - names of the schema
        f"JOIN ({_below(model, written)}) AS t ON t.owner = copy.state "
        f"JOIN registry_workflow AS w ON w.id = copy.words {again} {order}"
    )


def _below(model: Any, written: Any) -> str:
    """The rows to copy, with the workflow they belong to; found by index, however many copies there are."""
    table = written._meta.db_table
    if model is Workflow:
        return f"SELECT *, id AS owner FROM {table} WHERE id = ANY(%(states)s)"  # noqa: S608
    if model is SurfaceVersion:
        return (
            f"SELECT v.*, s.workflow_id AS owner FROM {table} AS v JOIN registry_surface AS s ON s.id = v.surface_id "  # noqa: S608
            "WHERE s.workflow_id = ANY(%(states)s)"
        )
    return f"SELECT *, workflow_id AS owner FROM {table} WHERE workflow_id = ANY(%(states)s)"  # noqa: S608


def _value(model: Any, column: str) -> str:
    special = {"history_date": f"t.history_date - copy.n %% {DAYS} * interval '1 day'"}
    if model is Workflow:
        special |= {
            "id": "copy.n",
            "slug": "'scale-' || copy.n",
            "name": "left(w.name, 280) || ' ' || copy.n",
            "source_key": "NULL",
            "business_owner_id": "copy.person",
            **{name: f"w.{name}" for name in WORDS},
        }
    elif column == "id":
        special["id"] = f"t.id + (copy.n * {VERSIONS}{' + m' if model is SurfaceVersion else ''}) * {APART}"
    elif model is SurfaceVersion and column == "label":
        special["label"] = "t.label || CASE WHEN m = 0 THEN '' ELSE '-' || m END"
    else:
        special |= _moved(model)
    return special.get(column, f't."{column}"')


def _moved(model: Any) -> dict[str, str]:
    """Columns that point to something which is copied too."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.related_model is Workflow:
            found[field.column] = "copy.n"
        elif field.related_model in BELOW:
            found[field.column] = f't."{field.column}" + copy.n * {VERSIONS * APART}'
    return found
