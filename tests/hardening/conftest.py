"""A copy of the test database as an installation has it: an owner that is no superuser, and the three logins."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from psycopg import sql

from registry.kernel.ledger import installing, sequencing
from registry.kernel.ledger.grants import Roles
from registry.kernel.ledger.hardening import harden
from tests import databases, shipped
from tests.incidents import making

GIVE_AWAY = """
DO $$ DECLARE o record; BEGIN
    FOR o IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO {owner}', o.relname);
    END LOOP;
    FOR o IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.proname LIKE 'holdfast%' LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', o.name);
    END LOOP;
    ALTER SCHEMA public OWNER TO {owner};
END $$
"""


@dataclass(frozen=True)
class Server:
    database: str
    roles: Roles
    owner: str
    superuser: str
    state_file: str
    """Remembers what was signed in it."""

    def login(self, who: str) -> str:
        return {"owner": self.owner, "superuser": self.superuser}.get(who) or getattr(self.roles, who)

    def connect(self, who: str, **options: Any) -> databases.Connection:
        return databases.connect(self.database, self.login(who), **options)


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hardened")
    with django_db_blocker.unblock():
        original = str(connection.settings_dict["NAME"])
        name = f"{original}_hard"
        roles = Roles(f"{name}_app", f"{name}_seal", f"{name}_auditor")
        made = Server(name, roles, f"{name}_owner", str(connection.settings_dict["USER"]), str(folder / "published"))
        with databases.copied(name):
            with (
                databases.pointing_at(name),
                override_settings(
                    LEDGER_STATE_FILE=made.state_file,
                    MEDIA_ROOT=str(folder / "files"),
                    FILE_UPLOAD_TEMP_DIR=str(folder),
                ),
            ):
                _furnish(made)
            yield made
        databases.forget(*roles, made.owner)


@pytest.fixture
def as_login(server: Server) -> Callable[[str], AbstractContextManager[None]]:
    """Django works in that database by one of its logins."""
    return lambda who: databases.pointing_at(server.database, server.login(who))


def _furnish(made: Server) -> None:
    shipped.restore()
    incident = making.contained()
    making.validation(incident, incident.declared_by)
    databases.forget(*made.roles, made.owner)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(made.owner)).as_string(None))
        cursor.execute(f"ALTER DATABASE {made.database} OWNER TO {made.owner}")
        cursor.execute(GIVE_AWAY.format(owner=made.owner))
        cursor.execute(
            "INSERT INTO ledger_gap (at, object_type, object_id, operation, role, application, address, query) "
            "VALUES (now(), 'registry.workflow', '1', 'UPDATE', 'dba', '', '', '')"
        )
    harden(made.roles, {})
    installing.seal()
    sequencing.advance()
