"""What each login at the database may do, worked out from the models: nobody can forget a table.

Four logins: the *owner* migrates; the *application* is web and worker; the *sequencer* gives places and signs; an
*auditor* reads. Only the owner can change what is written, and what the owner changes shows in the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from registry.kernel.audit.models import AuditEntry
from registry.kernel.audit.spans import listed_by, table_of
from registry.kernel.ledger.governing import governed
from registry.kernel.ledger.program import FOR_EVER, everything_governed, standing

READ, ADD = ("SELECT",), ("SELECT", "INSERT")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
ENTRIES = AuditEntry._meta.db_table
LEDGER_OF_APPLICATION = {
    # Certificates of reports are put on record by the worker; keys of checkpoints a trigger refuses.
    "ledger_key": ADD,
    "ledger_receipt": ("SELECT", "INSERT", "UPDATE"),
    "ledger_check": ("SELECT", "INSERT", "UPDATE"),
    "ledger_tile": READ,
    "ledger_secret": READ,
}
SEQUENCER = {
    ENTRIES: READ,
    "ledger_leaf": ADD,
    "ledger_checkpoint": ADD,
    "ledger_key": ADD,
    "ledger_tile": ("SELECT", "INSERT", "UPDATE (width, data)"),
    "registry_heartbeat": ("SELECT", "INSERT", "UPDATE"),
}
"""All the sequencer touches."""
CALLABLE = (
    "holdfast_installed()", "holdfast_governed()", "holdfast_bones()", "holdfast_is_erased(text)",
    "holdfast_said(bytea)",
)  # fmt: skip
"""Functions of ours that only tell something."""
NEVER_SHOWN = ("password", "salt", "secret", "token", "digest", "session_key", "session_data")
"""Columns that open doors, wherever they stand."""


@dataclass(frozen=True)
class Roles:
    """Names of the logins beside the owner's."""

    application: str
    sequencer: str
    auditor: str

    @classmethod
    def configured(cls) -> "Roles":
        names = settings.DATABASE_ROLES
        return cls(names["application"], names["sequencer"], names["auditor"])

    def __iter__(self) -> Iterator[str]:
        return iter((self.application, self.sequencer, self.auditor))


def append_only_tables() -> dict[str, tuple[str, ...]]:
    """Tables whose rows nobody may change or remove, with the columns that are an exception."""
    found: dict[str, tuple[str, ...]] = {governed(model).history: () for model in everything_governed()}
    found |= {model._meta.db_table: tuple(getattr(model, "except_for", ())) for model in standing()}
    found |= dict.fromkeys((ENTRIES, *FOR_EVER, "ledger_tile", "ledger_secret"), ())
    return found


def span_tables() -> set[str]:
    """Kept by triggers alone."""
    return {table_of(model) for model in everything_governed() if listed_by(model)}


def rights_of_application(table: str) -> tuple[str, ...]:
    if table in LEDGER_OF_APPLICATION:
        return LEDGER_OF_APPLICATION[table]
    if table in FOR_EVER or table in span_tables() or table == "django_migrations":
        return READ
    kept = append_only_tables()
    if table not in kept:
        return ALL
    return (*ADD, f"UPDATE ({', '.join(kept[table])})") if kept[table] else ADD


def columns_for_auditors() -> dict[str, tuple[str, ...]]:
    """Columns an auditor reads, by table. Of sessions, second factors and sign-in providers: nothing."""
    found = {}
    for model in _own_models():
        hidden = {*NEVER_SHOWN, *getattr(model, "hidden_fields", ())}
        hidden |= set(getattr(getattr(model, "instance_type", None), "hidden_fields", ()))
        columns = [field.column for field in model._meta.concrete_fields]
        found[model._meta.db_table] = tuple(name for name in columns if name not in hidden)
    found.pop("ledger_secret", None)
    return {**found, "django_migrations": ("id", "app", "name", "applied")}


def statements(roles: Roles, using: str = "default") -> Iterator[str]:
    """Everything, from nothing: what is not granted here is taken away. For one transaction."""
    quote = connections[using].ops.quote_name
    everyone = ", ".join(quote(name) for name in roles)
    yield f"REVOKE ALL ON SCHEMA public FROM {everyone}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everyone}"
    yield from _on_tables(roles, using)
    yield from _on_sequences(roles, using)
    for signature in _functions(using):
        yield f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, {everyone}"
        if signature.removeprefix("public.") in CALLABLE:
            yield f"GRANT EXECUTE ON FUNCTION {signature} TO {everyone}"
        elif signature.endswith("holdfast_erase(bigint)"):
            yield f"GRANT EXECUTE ON FUNCTION {signature} TO {quote(roles.application)}"


def _on_tables(roles: Roles, using: str) -> Iterator[str]:
    quote = connections[using].ops.quote_name
    app, sequencer, auditor = (quote(name) for name in roles)
    shown = columns_for_auditors()
    for table in _tables(using):
        name = quote(table)
        yield f"REVOKE ALL ON {name} FROM PUBLIC, {app}, {sequencer}, {auditor}"
        yield f"GRANT {', '.join(rights_of_application(table))} ON {name} TO {app}"
        if table in SEQUENCER:
            yield f"GRANT {', '.join(SEQUENCER[table])} ON {name} TO {sequencer}"
        if table in shown:
            yield f"GRANT SELECT ({', '.join(map(quote, shown[table]))}) ON {name} TO {auditor}"


def _on_sequences(roles: Roles, using: str) -> Iterator[str]:
    quote = connections[using].ops.quote_name
    app, sequencer, auditor = (quote(name) for name in roles)
    for name, table in _sequences(using).items():
        yield f"REVOKE ALL ON SEQUENCE {quote(name)} FROM PUBLIC, {app}, {sequencer}, {auditor}"
        if "INSERT" in rights_of_application(table):
            yield f"GRANT USAGE ON SEQUENCE {quote(name)} TO {app}"
        if "INSERT" in SEQUENCER.get(table, ()):
            yield f"GRANT USAGE ON SEQUENCE {quote(name)} TO {sequencer}"


def _own_models() -> list[Any]:
    """Models of the applications of this product, which all stand on the same base of history and kernel."""
    own = {model._meta.app_label for model in (*everything_governed(), AuditEntry)}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in own]


def _tables(using: str) -> list[str]:
    rows = _rows(
        "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
        "AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1",
        using,
    )
    return [str(name) for (name,) in rows]


def _sequences(using: str) -> dict[str, str]:
    """Sequences with the table each one numbers."""
    rows = _rows(
        "SELECT s.relname, t.relname FROM pg_class AS s "
        "JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass "
        "JOIN pg_class AS t ON t.oid = d.refobjid "
        "WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1",
        using,
    )
    return {str(name): str(table) for name, table in rows}


def _functions(using: str) -> list[str]:
    rows = _rows(
        "SELECT 'public.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' FROM pg_proc AS p "
        "WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'holdfast%' ORDER BY 1",
        using,
    )
    return [str(signature) for (signature,) in rows]


def _rows(sql: str, using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
