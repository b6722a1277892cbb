"""All that the database is told to do for the record, worked out from the models: triggers, functions, mapping."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model

from registry.kernel.audit.events import PERSONAL_DETAILS
from registry.kernel.ledger import spans
from registry.kernel.ledger.governing import entered, governed, mapping, statements
from registry.kernel.ledger.triggers import append_only, append_only_except, never_emptied, trigger

SQL = Path(__file__).parent / "sql"
FOR_EVER = (
    "ledger_leaf", "ledger_checkpoint", "ledger_gap", "ledger_schema",
)  # fmt: skip
"""Tables of the ledger itself that are only ever added to."""
TRIGGER = re.compile(r"CREATE (?:OR REPLACE|CONSTRAINT) TRIGGER (\w+) (?:BEFORE|AFTER) [A-Z ]+ ON (\w+)")


def everything_governed() -> list[Any]:
    """Models whose history is kept, in a fixed order."""
    kept = (model for model in apps.get_models() if hasattr(model, "history") and not hasattr(model, "instance_type"))
    return sorted(kept, key=lambda model: model._meta.label_lower)


def standing() -> list[Any]:
    """Models whose rows are only ever followed by others: the database lets nobody change or remove them."""
    own = (model for model in apps.get_models() if getattr(model, "never_changes", False))
    return sorted((m for m in own if not hasattr(m, "instance_type")), key=lambda model: model._meta.label_lower)


def program() -> list[str]:
    """All statements, in the order they are run."""
    kinds = [governed(model) for model in everything_governed()]
    raises = settings.LEDGER_GUARD == "raise"
    lines = [_roles_of(), mapping(kinds)]
    lines += [(SQL / f"{name}.sql").read_text() for name in ("entering", "keeping", "erasing")]
    lines += _entries()
    for kind in kinds:
        lines += statements(kind, raises=raises)
    for model in everything_governed():
        lines += spans.statements(model)
    for model in standing():
        table, label = model._meta.db_table, model._meta.label_lower
        changeable = getattr(model, "except_for", ())
        lines += append_only_except(table, label, changeable) if changeable else append_only(table, label)
        if hasattr(model, "entered_as"):
            lines += entered(table, model.entered_as)
    for table in FOR_EVER:
        lines += append_only(table)
    for model in apps.get_models():
        if own := getattr(model, "own_statements", None):
            lines += own()
    return lines


def triggers() -> set[tuple[str, str]]:
    """Table and name of each trigger that `program` puts in: without any of them the record could be bent."""
    return {(table, name) for line in program() for name, table in TRIGGER.findall(line)}


def _roles_of() -> str:
    table = get_user_model()._meta.db_table
    return (
        "CREATE OR REPLACE FUNCTION public.holdfast_roles_of(person bigint) RETURNS text[] LANGUAGE sql STABLE "
        "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
        f"$$ SELECT coalesce((SELECT p.roles::text[] FROM public.{table} AS p WHERE p.id = person), '{{}}') $$"
    )


def _entries() -> Iterator[str]:
    entries = "registry_auditentry"
    details = ", ".join(f"'{name}'" for name in PERSONAL_DETAILS)
    yield trigger(
        "holdfast_seal", entries, "BEFORE INSERT", f"holdfast_seal_event({details})", condition="NEW.kind = 'E'"
    )
    yield trigger(
        "holdfast_only_capture", entries, "BEFORE INSERT", "holdfast_only_capture()",
        condition="NEW.kind <> 'E' AND (pg_trigger_depth() = 0 OR "
        "NOT has_table_privilege('public.registry_auditentry', 'TRUNCATE'))",
    )  # fmt: skip
    yield trigger(
        "holdfast_only_sequencer", "ledger_key", "BEFORE INSERT", "holdfast_only_sequencer()",
        condition="NEW.purpose = 'CHECKPOINTS' AND NOT has_table_privilege('public.ledger_leaf', 'INSERT')",
    )  # fmt: skip
    yield from append_only_except("ledger_key", "", ("retired_at",))
    yield from append_only(entries)
    yield trigger("holdfast_tile_grows", "ledger_tile", "BEFORE UPDATE OR DELETE", "holdfast_tile_grows()")
    yield never_emptied("ledger_tile")
    yield trigger("holdfast_only_erased", "ledger_secret", "BEFORE UPDATE OR DELETE", "holdfast_only_erased()")
    yield never_emptied("ledger_secret")
