"""The logins as the product uses them: everything works, and nothing more is possible."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from incidents.models import Incident
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger import grants, sequencing
from registry.kernel.ledger.governing import governed, statements
from registry.kernel.ledger.hardening import again, correcting, harden
from registry.kernel.ledger.models import Leaf
from registry.models import Workflow
from tests import databases, people
from tests.hardening.conftest import Server
from tests.incidents import making

pytestmark = pytest.mark.django_db
Login = Callable[[str], AbstractContextManager[None]]


def test_an_incident_is_worked_on_by_the_login_of_the_application(as_login: Login) -> None:
    with as_login("application"):
        incident = making.contained(title="Worked on by a login with few rights")
        assert Incident.objects.get(pk=incident.pk).state == "CONTAINED"
        newest = AuditEntry.objects.filter(object_type="incidents.incident", object_id=str(incident.pk)).latest("id")
        assert newest.login == connection.settings_dict["USER"]


def test_the_sequencer_gives_places_by_its_own_login(as_login: Login, settings: Any, server: Server) -> None:
    with as_login("application"):
        people.person("Somebody New")
    settings.LEDGER_STATE_FILE = server.state_file
    with as_login("sequencer"):
        assert sequencing.advance() > 0
    with as_login("owner"):
        assert Leaf.objects.count() == AuditEntry.objects.count()


def test_nothing_is_granted_on_a_table_the_models_do_not_know(server: Server) -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with server.connect("owner") as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        assert {name for (name,) in rows} <= known | grants.span_tables()


def test_every_table_that_stands_is_closed_to_changes(server: Server) -> None:
    asked = "SELECT has_table_privilege(%s, %s, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
    with server.connect("owner") as owner:
        for table in (*grants.append_only_tables(), *grants.span_tables()):
            allowed = owner.execute(asked, [server.roles.application, table]).fetchone()
            assert allowed == (False,), table
        asked = "SELECT has_table_privilege(%s, %s, 'INSERT')"
        for table in grants.span_tables():
            assert owner.execute(asked, [server.roles.application, table]).fetchone() == (False,), table


def test_hardening_twice_changes_nothing(as_login: Login, server: Server) -> None:
    asked = "SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"
    with server.connect("owner") as owner:
        before = owner.execute(asked).fetchall()
    with as_login("superuser"):
        assert harden(server.roles, {}) == []
    with server.connect("owner") as owner:
        assert owner.execute(asked).fetchall() == before


def test_an_owner_that_may_not_create_logins_is_told_the_statements(as_login: Login) -> None:
    with as_login("owner"), pytest.raises(CommandError) as refused:
        call_command("harden_database", app="no_such_app", seal="no_such_seal", auditor="no_such_auditor")
    assert 'CREATE ROLE "no_such_app" LOGIN NOSUPERUSER' in str(refused.value)


def test_three_logins_need_three_names(as_login: Login) -> None:
    with as_login("owner"), pytest.raises(CommandError, match="three names"):
        call_command("harden_database", app="one", seal="one", auditor="two")


def test_the_statements_can_be_read_before_they_are_run(as_login: Login, server: Server) -> None:
    printed = StringIO()
    with as_login("owner"):
        call_command(
            "harden_database", "--print", app=server.roles.application, seal=server.roles.sequencer, stdout=printed
        )
    assert f'GRANT SELECT, INSERT ON "registry_historicaluser" TO "{server.roles.application}";' in printed.getvalue()


def test_a_password_is_set_without_being_sent(as_login: Login, server: Server) -> None:
    with as_login("superuser"):
        harden(server.roles, {server.roles.auditor: "a long password of an auditor"})
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [server.roles.auditor])
            (kept,) = cursor.fetchone()
    assert kept.startswith("SCRAM-SHA-256$")


def test_a_table_that_a_migration_adds_is_granted_afterwards(as_login: Login, server: Server) -> None:
    with as_login("owner"):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE public.registry_added (id int)")
        with server.connect("application") as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SELECT * FROM registry_added")
        assert again(roles=server.roles)
        with server.connect("application") as application:
            application.execute("INSERT INTO registry_added VALUES (1)")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE public.registry_added")


def test_a_database_that_was_not_hardened_is_left_alone() -> None:
    assert not again()


def test_what_a_search_path_brings_in_does_not_reach_the_ledger(server: Server) -> None:
    """Operators and functions of somebody's own schema, first on the path, are not what the guards call."""
    evil = (
        "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; "
        "CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\x00'::bytea $$; "
        "CREATE FUNCTION evil.to_jsonb(anyelement) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{}'::jsonb $$; "
        "CREATE FUNCTION evil.f(jsonb, text[]) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{}'::jsonb $$; "
        "CREATE OPERATOR evil.- (leftarg = jsonb, rightarg = text[], function = evil.f)"
    )
    guards = governed(Workflow)
    with server.connect("owner") as owner:
        owner.execute(evil)
        for statement in statements(guards, raises=False):
            owner.execute(statement)
    try:
        with server.connect("application") as application:
            application.execute("SET search_path = evil, pg_catalog, public")
            changed = application.execute("UPDATE public.registry_workflow SET name = 'Hijacked'").rowcount
            application.execute("SET CONSTRAINTS ALL IMMEDIATE")
            said = application.execute(
                "SELECT pg_catalog.convert_from(payload, 'UTF8'), leaf_hash OPERATOR(pg_catalog.=) "
                "pg_catalog.sha256('\\x00'::pg_catalog.bytea OPERATOR(pg_catalog.||) payload) "
                "FROM public.registry_auditentry ORDER BY id DESC LIMIT 1"
            ).fetchone()
            application.rollback()
    finally:
        with server.connect("owner") as owner:
            owner.execute("DROP SCHEMA evil CASCADE")
            for statement in statements(guards, raises=True):
                owner.execute(statement)
    assert changed > 0
    assert said is not None
    assert "Hijacked" in said[0]
    assert said[1]


@pytest.fixture
def loose(server: Server) -> Iterator[str]:
    """The application's login as somebody made it by hand: with attributes, and a member of the owner."""
    name = server.roles.application
    with databases.connect(server.database) as superuser:
        superuser.execute(f"ALTER ROLE {name} CREATEDB NOINHERIT")
        superuser.execute(f"GRANT {server.owner} TO {name}")
    yield name
    with databases.connect(server.database) as superuser:
        superuser.execute(f"ALTER ROLE {name} NOCREATEDB INHERIT")
        superuser.execute(f"REVOKE {server.owner} FROM {name}")


def test_a_login_that_was_there_before_loses_what_it_has_too_much(
    as_login: Login, server: Server, settings: Any, loose: str
) -> None:
    settings.DATABASE_LOGIN = "application"
    with as_login("application"):
        warned = {one.id for one in run_checks(tags=[Tags.database], databases=["default"])}
    assert {"holdfast.W031", "holdfast.W036"} <= warned
    with as_login("superuser"):
        assert correcting(server.roles) != []
        harden(server.roles, {})
        assert correcting(server.roles) == []
    with as_login("application"):
        assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_an_owner_that_may_not_take_it_away_says_who_must(as_login: Login, server: Server, loose: str) -> None:
    with databases.connect(server.database) as superuser:
        superuser.execute(f"ALTER ROLE {loose} SUPERUSER")
    try:
        with as_login("owner"), pytest.raises(CommandError) as refused:
            call_command(
                "harden_database", app=loose, seal=server.roles.sequencer, auditor=server.roles.auditor, verbosity=0
            )
    finally:
        with databases.connect(server.database) as superuser:
            superuser.execute(f"ALTER ROLE {loose} NOSUPERUSER")
    assert f'ALTER ROLE "{loose}" NOSUPERUSER NOCREATEDB;' in str(refused.value)


def test_the_login_that_migrates_is_none_of_the_three(as_login: Login, server: Server) -> None:
    with as_login("owner"), pytest.raises(CommandError, match="must be another one"):
        call_command("harden_database", app=server.owner, seal="two", auditor="three")
