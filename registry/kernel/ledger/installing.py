"""Puts triggers and functions into the database after every migration, and seals what they look like.

Doing it after each migration, from the models as they are, means that a new column or a new kind of record can
never be forgotten. Nothing is done when the statements are the ones that were run last.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.audit.events import PERSONAL_DETAILS, note
from registry.kernel.ledger.governing import (
    append_only,
    append_only_except,
    entered,
    found,
    governed,
    mapping,
    never_emptied,
    statements,
    trigger,
)
from registry.kernel.ledger.models import SchemaSeal

SQL = Path(__file__).parent / "sql"
FOR_EVER = (
    "ledger_leaf", "ledger_checkpoint", "ledger_gap", "ledger_schema",
)  # fmt: skip
"""Tables of the ledger itself that are only ever added to."""


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
    for model in standing():
        table, label = model._meta.db_table, model._meta.label_lower
        changeable = getattr(model, "except_for", ())
        lines += append_only_except(table, label, changeable) if changeable else append_only(table, label)
        if hasattr(model, "entered_as"):
            lines += entered(table, model.entered_as)
    for table in FOR_EVER:
        lines += append_only(table)
    return lines


def install(using: str = "default") -> bool:
    """Run the program unless it was the last one run; whether it was run."""
    connection = connections[using]
    lines = program()
    fingerprint = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('public.holdfast_installed()') IS NOT NULL")
        (known,) = cursor.fetchone() or (False,)
        if known:
            cursor.execute("SELECT public.holdfast_installed()")
            if (cursor.fetchone() or ("",))[0] == fingerprint:
                return False
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for line in lines:
            cursor.execute(line)
        _seal_what_came_before(cursor)
        for model in everything_governed():
            cursor.execute(found(governed(model)))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public.holdfast_installed() RETURNS text LANGUAGE sql IMMUTABLE AS "
            f"$$ SELECT '{fingerprint}' $$"
        )
        seal(using)
    return True


def seal(using: str = "default") -> SchemaSeal:
    """Enter into the ledger what the guarding parts of the database look like now."""
    now = timezone.now()
    definitions = sorted(guards(using))
    fingerprint = hashlib.sha256("\n".join(definitions).encode()).hexdigest()
    with acting(origin=Origin.MIGRATION):
        note("SCHEMA_SEALED", at=now, detail={"sha256": fingerprint, "parts": len(definitions)})
    return SchemaSeal.objects.using(using).create(fingerprint=fingerprint, sealed_at=now, definitions=definitions)


def guards(using: str = "default") -> Iterator[str]:
    """Each trigger with its state, each rewriting rule, and each of our functions with the hash of its body."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT t.tgrelid::regclass::text || ' ' || t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid) "
            "FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace "
            "WHERE NOT t.tgisinternal UNION ALL "
            "SELECT 'rule ' || r.definition FROM pg_rules r WHERE r.schemaname = 'public' UNION ALL "
            "SELECT p.oid::regprocedure::text || ' ' || "
            "encode(sha256(convert_to(pg_get_functiondef(p.oid), 'UTF8')), 'hex') "
            "FROM pg_proc p WHERE p.proname LIKE 'holdfast%' AND p.proname <> 'holdfast_installed'"
        )
        for (line,) in cursor.fetchall():
            yield str(line)


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


def _seal_what_came_before(cursor: Any) -> None:
    """Entries from before the ledger are sealed with what is known of them."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM registry_auditentry WHERE leaf_hash = '')")
    if not cursor.fetchone()[0]:
        return
    cursor.execute("ALTER TABLE registry_auditentry DISABLE TRIGGER holdfast_append_only")
    cursor.execute(
        "UPDATE registry_auditentry SET payload = convert_to((jsonb_strip_nulls(jsonb_build_object("
        "'v', 1, 't', object_type, 'pk', object_id, 'h', history_id, 'op', kind, 'e', nullif(event, ''), "
        "'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
        "'actor', actor_id, 'origin', origin, "
        "'req', nullif(unit_id, ''), 'why', nullif(reason, ''), 'from', 'before the ledger')))::text, 'UTF8') "
        "WHERE leaf_hash = ''"
    )
    cursor.execute("UPDATE registry_auditentry SET leaf_hash = sha256('\\x00'::bytea || payload) WHERE leaf_hash = ''")
    cursor.execute("ALTER TABLE registry_auditentry ENABLE ALWAYS TRIGGER holdfast_append_only")
