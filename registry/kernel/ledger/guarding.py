"""Whether the guards of the record stand as the models ask for, and as they were sealed last."""

from django.db import connections

from registry.kernel.ledger.governing import governed
from registry.kernel.ledger.grants import append_only_tables
from registry.kernel.ledger.installing import everything_governed, guards
from registry.kernel.ledger.models import SchemaSeal


def expected() -> set[tuple[str, str]]:
    """Table and name of each trigger without which the record could be bent."""
    wanted = {("registry_auditentry", "holdfast_seal"), ("registry_auditentry", "holdfast_only_capture")}
    for model in everything_governed():
        one = governed(model)
        wanted |= {(one.table, "holdfast_guard"), (one.history, "holdfast_capture")}
    special = {"ledger_tile": "holdfast_tile_grows", "ledger_secret": "holdfast_only_erased"}
    for table in append_only_tables():
        wanted |= {(table, special.get(table, "holdfast_append_only")), (table, "holdfast_never_emptied")}
    return wanted


def gone_or_off(using: str = "default") -> list[str]:
    """Triggers that are missing, or that do not fire always, as `table.trigger`."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled = 'A' AND t.tgname LIKE 'holdfast%%'"
        )
        standing = set(cursor.fetchall())
    return sorted(f"{table}.{name}" for table, name in expected() - standing)


def changed_since_sealed(using: str = "default") -> list[str]:
    """What differs from the last seal, by the name of the trigger, rule or function."""
    last = SchemaSeal.objects.using(using).order_by("-id").first()
    if last is None:
        return []
    now, sealed = set(guards(using)), set(last.definitions)
    return sorted({_named(line) for line in now ^ sealed})


def _named(line: str) -> str:
    """A definition's table and trigger, or the function, in a few words."""
    words = line.split()
    if "TRIGGER" in words:
        return f"{words[0]}.{words[words.index('TRIGGER') + 1]}"
    if words[0] == "rule":
        return f"rule {words[3]}" if len(words) > 3 else line[:60]
    return words[0]
