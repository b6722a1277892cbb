"""What an owner can still do is seen afterwards, by the check of the database and by the standing check."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.utils import timezone

from registry.kernel.ledger import checking, guarding, program
from registry.models import SchemaSeal
from tests.hardening.conftest import Server

pytestmark = pytest.mark.django_db
Login = Callable[[str], AbstractContextManager[None]]
H = "registry_historicalworkflow"


@contextmanager
def undone(server: Server, first: str, *afterwards: str) -> Iterator[None]:
    """What the owner does, and how it is put right again."""
    with server.connect("owner") as owner:
        owner.execute(first)
    try:
        yield
    finally:
        with server.connect("owner") as owner:
            for statement in afterwards:
                owner.execute(statement)


def warned(as_login: Login, settings: Any, who: str = "application") -> dict[str, str]:
    settings.DATABASE_LOGIN = "owner" if who == "owner as such" else "application"
    with as_login(who.split(maxsplit=1)[0]):
        return {str(one.id): one.msg for one in run_checks(tags=[Tags.database], databases=["default"])}


def found(as_login: Login, subject: str = "LEDGER") -> str:
    with as_login("application"):
        check = checking.go_on(checking.begin(subject, at=timezone.now()), clock=timezone.now)
        return " ".join(check.findings)


def test_the_login_of_the_application_is_warned_of_nothing(as_login: Login, settings: Any) -> None:
    assert warned(as_login, settings) == {}


def test_the_whole_record_agrees(as_login: Login) -> None:
    assert found(as_login, "HISTORY") + found(as_login, "LEDGER") == ""


def test_running_as_owner_is_warned_of(as_login: Login, settings: Any) -> None:
    assert {"holdfast.W031", "holdfast.W032", "holdfast.W033"} <= set(warned(as_login, settings, "owner"))


def test_running_as_superuser_is_warned_of(as_login: Login, settings: Any) -> None:
    assert "holdfast.W030" in warned(as_login, settings, "superuser")


def test_who_migrates_owns_things_rightly(as_login: Login, settings: Any) -> None:
    assert warned(as_login, settings, "owner as such") == {}


def test_a_right_too_many_is_warned_of(as_login: Login, settings: Any, server: Server) -> None:
    app = server.roles.application
    with undone(server, f"GRANT DELETE ON {H} TO {app}", f"REVOKE DELETE ON {H} FROM {app}"):
        assert H in warned(as_login, settings)["holdfast.W032"]


@pytest.mark.parametrize(
    "case",
    [
        (
            f"ALTER TABLE {H} DISABLE TRIGGER holdfast_append_only",
            f"ALTER TABLE {H} ENABLE ALWAYS TRIGGER holdfast_append_only",
            f"{H}.holdfast_append_only",
        ),
        (
            "ALTER TABLE registry_workflow ENABLE REPLICA TRIGGER holdfast_guard",
            "ALTER TABLE registry_workflow ENABLE ALWAYS TRIGGER holdfast_guard",
            "registry_workflow.holdfast_guard",
        ),
        (
            f"ALTER TABLE {H} DISABLE TRIGGER holdfast_capture",
            f"ALTER TABLE {H} ENABLE ALWAYS TRIGGER holdfast_capture",
            f"{H}.holdfast_capture",
        ),
    ],
)
def test_a_guard_that_is_off_is_named(
    as_login: Login, settings: Any, server: Server, case: tuple[str, str, str]
) -> None:
    does, undoes, named = case
    with undone(server, does, undoes):
        assert named in warned(as_login, settings)["holdfast.W034"]
        assert named in found(as_login)
    assert warned(as_login, settings) == {}


def test_a_rule_laid_over_history_is_named(as_login: Login, settings: Any, server: Server) -> None:
    with undone(server, f"CREATE RULE quiet AS ON INSERT TO {H} DO INSTEAD NOTHING", f"DROP RULE quiet ON {H}"):
        assert "quiet" in warned(as_login, settings)["holdfast.W035"]


def test_a_guard_that_was_rewritten_is_named(as_login: Login, settings: Any, server: Server) -> None:
    signature = "public.holdfast_append_only() RETURNS trigger LANGUAGE plpgsql"
    quiet = f"CREATE OR REPLACE FUNCTION {signature} AS 'BEGIN RETURN NEW; END'"
    with undone(server, quiet, (program.SQL / "keeping.sql").read_text()):
        assert "holdfast_append_only()" in warned(as_login, settings)["holdfast.W035"]
    assert warned(as_login, settings) == {}


def test_a_seal_forged_to_fit_a_rewritten_guard_is_named(as_login: Login, settings: Any, server: Server) -> None:
    signature = "public.holdfast_append_only() RETURNS trigger LANGUAGE plpgsql"
    quiet = f"CREATE OR REPLACE FUNCTION {signature} AS 'BEGIN RETURN NEW; END'"
    off, on = (
        f"ALTER TABLE ledger_schema {verb} TRIGGER holdfast_append_only" for verb in ("DISABLE", "ENABLE ALWAYS")
    )
    restore = (off, "DELETE FROM ledger_schema WHERE id = (SELECT max(id) FROM ledger_schema)", on)
    with undone(server, quiet, (program.SQL / "keeping.sql").read_text(), *restore):
        with as_login("owner"):
            now = sorted(guarding.guards())
            SchemaSeal.objects.create(
                fingerprint=guarding.fingerprint_of(now), sealed_at=timezone.now(), definitions=now
            )
        assert "ledger_schema" in warned(as_login, settings)["holdfast.W035"]
        assert "ledger_schema is not as it was last sealed" in found(as_login)
    assert warned(as_login, settings) == {}


def test_the_check_of_a_deployment_asks_the_database_too(as_login: Login, settings: Any) -> None:
    settings.DATABASE_LOGIN = "application"
    with as_login("owner"):
        said = {one.id for one in run_checks(tags=[Tags.security], include_deployment_checks=True)}
    assert {"holdfast.W031", "holdfast.W032"} <= said


def test_history_rewritten_behind_the_guards_back_is_found(as_login: Login, server: Server) -> None:
    """The owner switches the guard off, rewrites, and switches it on again: the guards look as sealed."""
    with server.connect("owner") as owner:
        before = owner.execute(f"SELECT history_id, name FROM {H} ORDER BY history_id LIMIT 1").fetchone()
    assert before is not None
    off, on = (f"ALTER TABLE {H} {verb} TRIGGER holdfast_append_only" for verb in ("DISABLE", "ENABLE ALWAYS"))
    rewrite = f"{off}; UPDATE {H} SET name = 'Never happened' WHERE history_id = {before[0]}; {on}"
    restore = f"{off}; UPDATE {H} SET name = '{before[1]}' WHERE history_id = {before[0]}; {on}"
    with undone(server, rewrite, restore):
        assert f"History row {before[0]} of registry.workflow says something else" in found(as_login, "HISTORY")


def test_entry_and_hash_rewritten_together_are_found_by_the_signature(as_login: Login, server: Server) -> None:
    with server.connect("owner") as owner:
        row = owner.execute("SELECT id, encode(payload, 'hex') FROM registry_auditentry ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    off, on = (
        f"ALTER TABLE registry_auditentry {verb} TRIGGER holdfast_append_only" for verb in ("DISABLE", "ENABLE ALWAYS")
    )

    def write(payload: str) -> str:
        return (
            f"{off}; UPDATE registry_auditentry SET payload = {payload}, "
            f"leaf_hash = sha256('\\x00'::bytea || {payload}) WHERE id = {row[0]}; {on}"
        )

    original = f"decode('{row[1]}', 'hex')"
    forged = f"convert_to(replace(convert_from({original}, 'UTF8'), '\"v\": 1', '\"v\": 2'), 'UTF8')"
    with undone(server, write(forged), write(original)):
        said = found(as_login)
    assert "are not those that were signed" in said
    assert "does not hold the entries from place 0 on" in said
