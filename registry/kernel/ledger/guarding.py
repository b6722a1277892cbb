"""Whether the guards of the record stand as the models ask for, and as they were sealed last."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from django.db import connections

from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger.models import SchemaSeal
from registry.kernel.ledger.program import triggers

COLUMNS = "columns "


def gone_or_off(using: str = "default") -> list[str]:
    """Triggers that are missing, or that do not fire always, as `table.trigger`.

    Not those of a table that the next `migrate` will make; one that was sealed and is gone is missed with its guards.
    """
    last = _last(using)
    known = {line.split()[0] for line in last.definitions} if last else set()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled = 'A' AND t.tgname LIKE 'holdfast%%'"
        )
        standing = set(cursor.fetchall())
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        known |= {table for (table,) in cursor.fetchall()}
    return sorted(f"{table}.{name}" for table, name in triggers() - standing if table in known)


def changed_since_sealed(using: str = "default") -> list[str]:
    """What differs from the last seal, by the name of the trigger, rule, function or table."""
    last = _last(using)
    forged = ["ledger_schema"] if seal_is_forged(last, using) else []
    if last is None:
        return forged
    now, sealed = set(guards(using)), set(last.definitions)
    return sorted({*forged, *map(_named, now ^ sealed)})


def seal_is_forged(last: SchemaSeal | None, using: str = "default") -> bool:
    """Whether the newest row of the list of seals is not what the ledger itself says was sealed last."""
    entry = AuditEntry.objects.using(using).filter(event="SCHEMA_SEALED").order_by("-id").first()
    if entry is None or last is None:
        return (entry is None) != (last is None)
    try:
        said = json.loads(bytes(entry.payload or b"{}"))["detail"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return True
    return not said == last.fingerprint == fingerprint_of(last.definitions)


def columns_when_sealed(using: str = "default") -> dict[str, set[str]]:
    """Columns of each governed table at the last seal; as they are now where that seal is forged or says nothing."""
    last = _last(using)
    lines = list(last.definitions) if last and not seal_is_forged(last, using) else []
    lines = [line for line in lines if line.startswith(COLUMNS)] or list(_columns(using))
    told = (line.removeprefix(COLUMNS).split(" ", 1) for line in lines)
    return {table: set(names.split(", ")) for table, names in told}


def fingerprint_of(definitions: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(definitions).encode()).hexdigest()


def worth_sealing(using: str = "default") -> list[str]:
    """What stands now, without triggers and rules that are not ours and came after the seal before.

    Sealing those as well would end the warning about them, and leave them at work.
    """
    last = _last(using)
    if last is None:
        return sorted(guards(using))
    ours, known = {f"{table}.{name}" for table, name in triggers()}, set(last.definitions)
    return sorted(line for line in guards(using) if line in known or not _is_foreign(line, ours))


def guards(using: str = "default") -> Iterator[str]:
    """Each trigger with its state, each rule, each of our functions with its hash, each guarded table's columns."""
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
    yield from _columns(using)


def _columns(using: str) -> Iterator[str]:
    tables = sorted(table for table, name in triggers() if name == "holdfast_guard")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_class AS c "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s) GROUP BY c.relname",
            [tables],
        )
        for table, names in cursor.fetchall():
            yield f"{COLUMNS}{table} {names}"


def _last(using: str) -> SchemaSeal | None:
    return SchemaSeal.objects.using(using).order_by("-id").first()


def _is_foreign(line: str, ours: set[str]) -> bool:
    return line.startswith("rule ") or ("TRIGGER" in line.split() and _named(line) not in ours)


def _named(line: str) -> str:
    """A definition's table and trigger, or the function, in a few words."""
    words = line.split()
    if line.startswith(COLUMNS):
        return f"{words[1]}.*"
    if "TRIGGER" in words:
        return f"{words[0]}.{words[words.index('TRIGGER') + 1]}"
    if words[0] == "rule":
        return f"rule {words[3]}" if len(words) > 3 else line[:60]
    return words[0]
