"""What `migrate` does about guards that were taken away, and about what was changed meanwhile."""

from typing import Any

import pytest
from django.db import connection

from registry.kernel.ledger import guarding
from registry.kernel.ledger.governing import found, governed
from registry.kernel.ledger.guarding import changed_since_sealed, gone_or_off
from registry.kernel.ledger.installing import install, seal
from registry.kernel.ledger.program import triggers
from registry.models import AuditEntry, Gap, SchemaSeal, Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor() -> Vendor:
    made = Vendor.objects.create(name="Acme")
    sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return made


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def changed_without_a_guard(statement: str) -> None:
    sql("ALTER TABLE registry_vendor DISABLE TRIGGER holdfast_guard")
    sql(statement)
    sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def newest(number: int) -> Any:
    return Vendor.history.filter(id=number).latest("history_id")


def test_every_trigger_of_ours_is_expected_and_every_expected_one_is_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"
        )
        assert set(cursor.fetchall()) == triggers()
    assert {
        ("ledger_key", "holdfast_only_sequencer"),
        ("ledger_key", "holdfast_append_only"),
        ("incidents_custodyevent", "holdfast_entered"),
        ("incidents_timelineentry", "holdfast_never_removed"),
        ("registry_user", "holdfast_noted_password"),
    } <= triggers()


def test_nothing_is_done_while_everything_stands_as_sealed() -> None:
    assert not install()


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("ALTER TABLE registry_vendor DISABLE TRIGGER holdfast_guard", "registry_vendor.holdfast_guard"),
        ("DROP TRIGGER holdfast_capture ON registry_historicalvendor", "registry_historicalvendor.holdfast_capture"),
        ("CREATE OR REPLACE FUNCTION public.holdfast_append_only() RETURNS trigger LANGUAGE plpgsql AS "
         "'BEGIN RETURN NEW; END'", "holdfast_append_only()"),
    ],
)  # fmt: skip
def test_a_guard_that_was_taken_away_is_put_back_and_named(vendor: Vendor, harm: str, named: str) -> None:
    sql(harm)
    assert install()
    assert gone_or_off() == changed_since_sealed() == []
    assert AuditEntry.objects.filter(event="SCHEMA_SEALED").latest("id").detail["put_back"] == [named]
    assert not install()


@pytest.mark.parametrize(("was_sealed", "missed"), [(False, []), (True, ["registry_later.holdfast_guard"])])
def test_a_table_is_missed_with_its_guards_once_it_was_sealed(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, was_sealed: bool, missed: list[str]
) -> None:
    monkeypatch.setattr(guarding, "triggers", lambda: {*triggers(), ("registry_later", "holdfast_guard")})
    if was_sealed:
        sql("CREATE TABLE registry_later (id bigint)")
        sql("CREATE TRIGGER holdfast_guard BEFORE DELETE ON registry_later EXECUTE FUNCTION holdfast_append_only()")
        seal()
        sql("DROP TABLE registry_later")
    assert gone_or_off() == missed


def test_a_rule_of_somebody_elses_is_not_sealed_along(vendor: Vendor) -> None:
    sql("CREATE RULE quiet AS ON INSERT TO registry_historicalworkflow DO INSTEAD NOTHING")
    assert install()
    assert changed_since_sealed() == ["rule quiet"]


def test_a_trigger_of_somebody_elses_is_not_sealed_along(vendor: Vendor) -> None:
    sql("CREATE FUNCTION public.holdfast_quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    sql("CREATE TRIGGER holdfast_quiet BEFORE INSERT ON registry_historicalworkflow "
        "FOR EACH ROW EXECUTE FUNCTION holdfast_quiet()")  # fmt: skip
    assert install()
    assert changed_since_sealed() == ["registry_historicalworkflow.holdfast_quiet"]


def test_a_seal_the_ledger_knows_nothing_of_is_named(vendor: Vendor) -> None:
    sql("ALTER TABLE registry_vendor DISABLE TRIGGER holdfast_guard")
    genuine = SchemaSeal.objects.latest("id")
    now = [line.replace(" A CREATE CONSTRAINT TRIGGER holdfast_guard", " D CREATE CONSTRAINT TRIGGER holdfast_guard")
           if line.startswith("registry_vendor ") else line for line in genuine.definitions]  # fmt: skip
    SchemaSeal.objects.create(fingerprint=genuine.fingerprint, sealed_at=genuine.sealed_at, definitions=now)
    assert changed_since_sealed() == ["ledger_schema"]
    seal()
    assert changed_since_sealed() == []


def test_what_was_changed_while_the_guard_was_off_is_a_gap(vendor: Vendor) -> None:
    changed_without_a_guard("UPDATE registry_vendor SET website = 'https://quiet.example'")
    install()
    row = newest(vendor.pk)
    assert (row.history_origin, row.history_type, row.website) == ("DATABASE", "~", "https://quiet.example")
    gap = Gap.objects.get()
    assert (gap.object_type, gap.object_id, gap.operation) == ("registry.vendor", str(vendor.pk), "UPDATE")
    assert (gap.role, gap.query) == ("", "")


def test_what_was_added_while_the_guard_was_off_is_a_gap(vendor: Vendor) -> None:
    changed_without_a_guard(
        "INSERT INTO registry_vendor (id, name, website, supplies, version) VALUES (900, 'Quiet', '', '', 1)"
    )
    install()
    assert (newest(900).history_origin, Gap.objects.get().operation) == ("DATABASE", "INSERT")


def test_what_a_new_column_says_comes_from_the_migration(vendor: Vendor) -> None:
    changed_without_a_guard("UPDATE registry_vendor SET website = 'https://new.example'")
    for statement in found(governed(Vendor), {"id", "name"}):
        sql(statement)
    assert newest(vendor.pk).history_origin == "MIGRATION"
    assert not Gap.objects.exists()


def test_rows_from_before_their_history_was_kept_come_from_the_migration(vendor: Vendor) -> None:
    changed_without_a_guard(
        "INSERT INTO registry_vendor (id, name, website, supplies, version) VALUES (900, 'Old', '', '', 1)"
    )
    for statement in found(governed(Vendor), None):
        sql(statement)
    assert newest(900).history_origin == "MIGRATION"
    assert not Gap.objects.exists()
