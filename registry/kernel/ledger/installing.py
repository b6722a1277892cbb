"""Puts triggers and functions into the database after every migration, and seals what they look like.

Doing it after each migration, from the models as they are, means that a new column or a new kind of record can
never be forgotten. Nothing is done when the statements are the ones that were run last and the guards stand as sealed.
"""

import hashlib
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.audit.events import note
from registry.kernel.ledger.governing import found, governed
from registry.kernel.ledger.guarding import (
    changed_since_sealed,
    columns_when_sealed,
    fingerprint_of,
    gone_or_off,
    worth_sealing,
)
from registry.kernel.ledger.models import SchemaSeal
from registry.kernel.ledger.program import everything_governed, program

MOST_NAMED = 50
"""Guards that a seal names as put back."""


def install(using: str = "default") -> bool:
    """Run the program unless it was the last one run and everything stands as it was sealed; whether it was run."""
    connection = connections[using]
    lines = program()
    fingerprint = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    before, known = _before(using)
    wrong = sorted({*gone_or_off(using), *changed_since_sealed(using)}) if before else []
    if before == fingerprint and not wrong:
        return False
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for line in lines:
            cursor.execute(line)
        _seal_what_came_before(cursor)
        for one in map(governed, everything_governed()):
            for statement in found(one, known.get(one.table)):
                cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public.holdfast_installed() RETURNS text LANGUAGE sql IMMUTABLE AS "
            f"$$ SELECT '{fingerprint}' $$"
        )
        seal(using, put_back=wrong if before == fingerprint else [])
    return True


def _before(using: str) -> tuple[str, dict[str, set[str]]]:
    """Fingerprint of the program that was run last, and which columns were guarded then, by table."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('public.holdfast_installed()') IS NOT NULL")
        if not (cursor.fetchone() or (False,))[0]:
            return "", {}
        cursor.execute("SELECT public.holdfast_installed()")
        return str((cursor.fetchone() or ("",))[0]), columns_when_sealed(using)


def seal(using: str = "default", *, put_back: list[str] | None = None) -> SchemaSeal:
    """Enter into the ledger what the guarding parts of the database look like now, and what had to be `put_back`."""
    now = timezone.now()
    definitions = worth_sealing(using)
    fingerprint = fingerprint_of(definitions)
    detail: dict[str, Any] = {"sha256": fingerprint, "parts": len(definitions)}
    if put_back:
        detail["put_back"] = put_back[:MOST_NAMED]
    with acting(origin=Origin.MIGRATION):
        note("SCHEMA_SEALED", at=now, detail=detail)
    return SchemaSeal.objects.using(using).create(fingerprint=fingerprint, sealed_at=now, definitions=definitions)


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
