"""Sets up the logins of the database. Running it again, after every migration too, changes nothing that is right."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.db import ProgrammingError, connections, transaction

from registry.kernel.ledger.grants import Roles, statements

LOCK = 7_305_112_918_224_442
"""Advisory lock: two that harden at once would meet in the same catalogue rows."""
NEVER = {
    "rolsuper": "NOSUPERUSER", "rolcreatedb": "NOCREATEDB", "rolcreaterole": "NOCREATEROLE",
    "rolreplication": "NOREPLICATION", "rolbypassrls": "NOBYPASSRLS",
}  # fmt: skip
"""Attributes that none of the logins has, and how each is taken away."""
ATTRIBUTES = " ".join(("LOGIN", *NEVER.values()))


class RolesMissing(Exception):
    """This login may not create roles; the message holds the statements somebody else must run."""


def missing(roles: Iterable[str], using: str = "default") -> list[str]:
    wanted = list(roles)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [wanted])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in there]


def creating(name: str, using: str = "default") -> str:
    return f"CREATE ROLE {connections[using].ops.quote_name(name)} {ATTRIBUTES}"


def correcting(roles: Iterable[str], using: str = "default") -> list[str]:
    """What must be taken from logins that were there before: attributes and memberships none of them is to have."""
    quote = connections[using].ops.quote_name
    wanted = list(roles)
    found = []
    with connections[using].cursor() as cursor:
        has = ", ".join(f"CASE WHEN {column} THEN '{without}' END" for column, without in NEVER.items())
        cursor.execute(
            f"SELECT rolname, array_to_string(ARRAY[{has}, CASE WHEN NOT rolcanlogin THEN 'LOGIN' END], ' ') "  # noqa: S608
            "FROM pg_roles WHERE rolname = ANY (%s) ORDER BY 1",
            [wanted],
        )
        found += [f"ALTER ROLE {quote(name)} {changed}" for name, changed in cursor.fetchall() if changed]
        cursor.execute(
            "SELECT r.rolname, m.rolname FROM pg_auth_members AS a JOIN pg_roles AS r ON r.oid = a.roleid "
            "JOIN pg_roles AS m ON m.oid = a.member WHERE m.rolname = ANY (%s) ORDER BY 2, 1",
            [wanted],
        )
        found += [f"REVOKE {quote(role)} FROM {quote(member)}" for role, member in cursor.fetchall()]
    return found


def harden(roles: Roles, passwords: Mapping[str, str], using: str = "default") -> list[str]:
    """Create what is missing, set the passwords given, grant exactly what is needed; the names created.

    What logins that were there before have too much is taken from them as far as this login may; `correcting` tells
    afterwards what is left. Raises RolesMissing before anything is changed.
    """
    absent = missing(roles, using)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if absent and not _may_create(cursor):
            raise RolesMissing(";\n".join(creating(name, using) for name in absent) + ";")
        for name in absent:
            cursor.execute(creating(name, using))
        for statement in correcting(roles, using):
            _try(statement, using)
        for name, password in passwords.items():
            cursor.execute(_with_password(name, password, using))
        _grant(cursor, roles, using)
    return absent


def again(using: str = "default", roles: Roles | None = None) -> bool:
    """After a migration: grant for the tables that are there now, if this database was hardened before."""
    wanted = roles or Roles.configured()
    if missing(wanted, using) or not _were_granted(wanted, using):
        return False
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _grant(cursor, wanted, using)
    return True


def _grant(cursor: Any, roles: Roles, using: str) -> None:
    database = connections[using].ops.quote_name(connections[using].settings_dict["NAME"])
    everyone = ", ".join(connections[using].ops.quote_name(name) for name in roles)
    for statement in statements(roles, using):
        cursor.execute(statement)
    for statement in (
        # Tables of a session could carry triggers and operators of their own.
        f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC, {everyone}",
        f"GRANT CONNECT ON DATABASE {database} TO {everyone}",
    ):
        _try(statement, using)  # the database may belong to somebody else; `check` says what is left open


def _try(statement: str, using: str) -> None:
    """This login may lack the right to do it, and goes on with the rest."""
    with suppress(ProgrammingError), transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(statement)


def _may_create(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    return bool((cursor.fetchone() or (False,))[0])


def _were_granted(roles: Roles, using: str) -> bool:
    """Roles belong to the whole server; that they may read here says that this database is meant."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'public.ledger_leaf', 'SELECT')", [roles.application])
        return bool((cursor.fetchone() or (False,))[0])


def _with_password(name: str, password: str, using: str) -> str:
    """The password is scrambled here, so that it stands in no log of the server."""
    connection = connections[using]
    connection.ensure_connection()
    raw = connection.connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    return f"ALTER ROLE {connection.ops.quote_name(name)} PASSWORD '{raw}'"
