"""The database itself enters every history row, and lets nobody change, remove or empty what is written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from registry.kernel.audit.events import note
from registry.kernel.audit.spans import listed_by
from registry.kernel.ledger import sequencing
from registry.kernel.ledger.program import FOR_EVER, standing
from registry.models import AuditEntry, Vendor

pytestmark = pytest.mark.django_db

OURS = ("registry", "incidents", "intake", "reviews")
WITHOUT_HISTORY = {
    # what is itself a list of what happened
    "registry.auditentry", "registry.deliveredmail", "registry.importrow", "incidents.custodyevent",
    # the ledger: written by the database and the sequencer, and proved by its own hashes
    "registry.leaf", "registry.tile", "registry.checkpoint", "registry.logkey", "registry.secret", "registry.gap",
    "registry.receipt", "registry.integritycheck", "registry.schemaseal",
    # content named by its hash, what frozen records say of it, and counters
    "registry.storedfile", "registry.documentpart", "registry.documentcounter",
    # hashes that FROZEN and ISSUED hold too, in a form in which they are found
    "registry.volume",
    # messages as they arrived, entered one by one in the ledger by their hash, and which of them spoke of what
    "intake.signaldelivery", "intake.deliverybody", "intake.signalsighting",
    # work on its way and signs of life
    "registry.mail", "registry.notice", "registry.renderingjob", "registry.heartbeat", "registry.tokenuse",
    "registry.rememberedanswer", "registry.digest", "registry.newscursor", "registry.viewlook",
    # follow from the outputs of an incident, which have the history: how many of each kind, and whose turn it is
    "incidents.outputtally", "incidents.outputshare",
    # what is sent to addresses outside and how it went there, and what it is signed with, which no history may show
    "incidents.webhookdelivery", "incidents.webhookattempt", "incidents.webhookstanding", "incidents.webhookcursor",
    "incidents.webhooksecret",
    # what serving processes are told and tell, and the number that orders changes; setting a caller aside is an event
    "registry.controlrevision", "registry.controlchange", "registry.controlinstance", "registry.controlcandidate",
    # which workflows processes that count in memory read again
    "registry.registerchange",
}  # fmt: skip
"""Everything else that we keep has a readable history. A model is added here only with a reason."""


def own_models() -> list[Any]:
    listed = (model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True))
    return [model for model in listed if not model.__name__.startswith("Historical")]


def triggers(table: str) -> dict[str, tuple[str, str]]:
    """Name → how it fires (`A` for always) and definition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        return {name: (enabled, definition) for name, enabled, definition in cursor.fetchall()}


def columns_in(function: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function])
        return str(cursor.fetchone()[0])


def recorded() -> list[Any]:
    return [model for model in own_models() if hasattr(model, "history")]


def test_every_record_has_a_history_unless_listed() -> None:
    assert {model._meta.label_lower for model in own_models() if not hasattr(model, "history")} == WITHOUT_HISTORY


@pytest.mark.parametrize("model", recorded(), ids=lambda model: model._meta.label_lower)
def test_every_history_is_captured_and_kept_whatever_the_session_sets_itself_to(model: Any) -> None:
    found = triggers(model.history.model._meta.db_table)
    assert {name: enabled for name, (enabled, _definition) in found.items()} == {
        "holdfast_capture": "A",
        "holdfast_append_only": "A",
        "holdfast_never_emptied": "A",
        **({"holdfast_span": "A"} if listed_by(model) else {}),
    }
    assert model._meta.label_lower in columns_in(f"holdfast_capture_{model._meta.db_table}")


@pytest.mark.parametrize("model", recorded(), ids=lambda model: model._meta.label_lower)
def test_the_guard_of_every_record_compares_every_column_that_has_a_history(model: Any) -> None:
    enabled, definition = triggers(model._meta.db_table)["holdfast_guard"]
    assert enabled == "A"
    assert "DEFERRABLE INITIALLY DEFERRED" in definition
    compared = columns_in(f"holdfast_guard_{model._meta.db_table}")
    uncounted = set(getattr(model, "counter_fields", ()))
    for field in model.history.model.tracked_fields:
        assert f"b.{field.column}" in compared
        assert (
            (f"IS DISTINCT FROM ROW(l.{field.column}" in compared)
            or (f", l.{field.column}" in compared)
            or (field.column in uncounted)
        )


@pytest.mark.parametrize("model", standing(), ids=lambda model: model._meta.label_lower)
def test_what_is_only_followed_is_kept(model: Any) -> None:
    found = triggers(model._meta.db_table)
    assert found["holdfast_append_only"][0] == found["holdfast_never_emptied"][0] == "A"


@pytest.mark.parametrize("table", ["registry_auditentry", "registry_historicalvendor", *FOR_EVER])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_past_cannot_be_changed_removed_or_emptied(table: str, statement: str) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_gap (at, object_type, object_id, operation, role, application, address, query) "
            "VALUES (clock_timestamp(), 'registry.vendor', '1', 'UPDATE', 'mallory', '', '', '')"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        (first,) = cursor.fetchone()
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
        assert cursor.fetchone()[0], "a row trigger has nothing to refuse in an empty table"
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, first, first))
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


def test_what_is_rolled_back_is_not_listed() -> None:
    with transaction.atomic():
        Vendor.objects.create(name="Acme")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(object_type="registry.vendor").exists()


def test_an_event_is_never_saved_again() -> None:
    entry = note("EXPORTED", at=datetime(2026, 11, 19, 12, tzinfo=UTC))
    entry.reason = "Another"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


def test_an_entry_of_a_change_comes_from_the_history_only() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.create(at=datetime(2026, 11, 19, tzinfo=UTC), kind="~", object_type="registry.vendor")
