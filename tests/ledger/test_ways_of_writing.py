"""Nothing bypasses the record: however a row is written, its history says so truthfully and the ledger holds it."""

import json
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.ledger.governing import governed, statements
from registry.models import AuditEntry, Gap, User, Vendor
from tests import people
from tests.ledger import ways

pytestmark = pytest.mark.django_db
ALL = list(ways.ways())
LEAVE_NO_HISTORY = {
    "by_update_of_a_query", "by_bulk_create", "by_bulk_create_over_a_conflict", "by_bulk_update",
    "by_save_without_history",
    "by_save_of_a_fixture", "by_save_of_a_migration", "by_sql_of_a_migration", "by_raw_delete", "by_sql_insert",
    "by_sql_update", "by_sql_update_of_the_number", "by_sql_update_of_a_password",
    "by_sql_delete_and_insert_of_a_person_with_another_password", "by_sql_swap_of_the_numbers_of_two_people",
    "by_sql_update_twice_in_one_transaction", "by_sql_delete",
    "by_sql_delete_and_insert_under_the_same_number", "by_upsert", "by_merge", "by_copy", "by_common_table_expression",
    "by_a_session_that_claims_to_be_a_replica", "by_a_block_of_procedural_code",
    "by_save_of_one_field_while_another_is_dirty",
}  # fmt: skip
"""What the history library alone leaves unrecorded, or records falsely."""


REFUSED = {
    "by_expression", "by_bulk_create_of_the_history_library",
    "by_bulk_update_of_the_history_library_while_another_field_is_dirty",
}  # fmt: skip
"""What cannot be recorded truthfully: no history row can hold an expression, nor a change without who and why."""
TAKEN = [way for way in ALL if way.__name__ not in REFUSED]


@pytest.fixture
def vendor() -> Vendor:
    for name in ("Known", "Other"):
        User.objects.create_user(f"{name}@example.test", f"the own one of {name}", name=name)
    with acting(reason="Made for the test"):
        return Vendor.objects.create(name="Acme")


def known() -> User:
    return User.objects.get(email="known@example.test")


@pytest.fixture
def _filling(vendor: Vendor) -> None:
    """The guard as it is in operation, where it mends; in tests it raises."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in (Vendor, User):
            for statement in statements(governed(model), raises=False):
                cursor.execute(statement)


def at_commit() -> None:
    """What would happen at the end of the transaction, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def stored() -> dict[int, dict[str, Any]]:
    """The table as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, to_jsonb(v) FROM registry_vendor AS v")
        return {pk: row if isinstance(row, dict) else json.loads(row) for pk, row in cursor.fetchall()}


def told() -> dict[int, dict[str, Any]]:
    """The table as the ledger's payloads tell it: the newest of each record, unless it was deleted."""
    newest: dict[int, dict[str, Any]] = {}
    for entry in AuditEntry.objects.filter(object_type="registry.vendor").order_by("id"):
        payload = bytes(entry.payload or b"")
        assert sha256(b"\0" + payload).digest() == bytes(entry.leaf_hash)
        said = json.loads(payload)
        newest.pop(int(said["pk"]), None)
        if said["op"] != "-":
            newest[int(said["pk"])] = said["row"]
    return newest


@pytest.mark.parametrize("way", TAKEN, ids=lambda way: way.__name__)
@pytest.mark.usefixtures("_filling")
def test_every_way_of_writing_leaves_a_true_entry(way: ways.Way, vendor: Vendor) -> None:
    before = AuditEntry.objects.count()
    way(vendor)
    at_commit()
    assert AuditEntry.objects.count() > before
    assert told() == stored()


@pytest.mark.parametrize("way", TAKEN, ids=lambda way: way.__name__)
@pytest.mark.usefixtures("_filling")
def test_what_went_past_the_application_is_marked_and_nothing_else_is(way: ways.Way, vendor: Vendor) -> None:
    way(vendor)
    at_commit()
    entries = AuditEntry.objects.filter(origin="DATABASE")
    assert entries.exists() == (way.__name__ in LEAVE_NO_HISTORY)
    assert Gap.objects.exists() == (way.__name__ in LEAVE_NO_HISTORY)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_recorded_is_not_written(name: str, vendor: Vendor) -> None:
    at_commit()
    rows, entries = stored(), AuditEntry.objects.count()
    way = next(way for way in ALL if way.__name__ == name)
    with pytest.raises((DatabaseError, ValueError)), transaction.atomic():
        way(vendor)
    assert (stored(), AuditEntry.objects.count()) == (rows, entries)


@pytest.mark.parametrize("name", sorted(LEAVE_NO_HISTORY))
def test_in_tests_the_guard_refuses_instead(name: str, vendor: Vendor) -> None:
    at_commit()
    way = next(way for way in ALL if way.__name__ == name)
    with transaction.atomic():
        way(vendor)
        with pytest.raises(DatabaseError, match="left no true history row"):
            at_commit()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_filling")
def test_a_gap_says_who_was_at_the_database_and_with_what_program(vendor: Vendor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = 'psql by hand'")
    ways.by_sql_update(vendor)
    at_commit()
    gap = Gap.objects.get()
    assert (gap.object_type, gap.object_id, gap.operation) == ("registry.vendor", str(vendor.pk), "UPDATE")
    assert (gap.role, gap.application) == (connection.settings_dict["USER"], "psql by hand")


@pytest.mark.usefixtures("_filling")
def test_a_number_that_was_changed_is_gone_and_the_new_one_was_made(vendor: Vendor) -> None:
    ways.by_sql_update_of_the_number(vendor)
    at_commit()
    newest = {pk: Vendor.history.filter(id=pk).latest("history_id").history_type for pk in (vendor.pk, 902)}
    assert newest == {vendor.pk: "-", 902: "+"}
    assert set(Gap.objects.values_list("object_id", "operation")) == {(str(vendor.pk), "UPDATE"), ("902", "UPDATE")}


@pytest.mark.usefixtures("_filling")
@pytest.mark.parametrize(
    "way", [ways.by_sql_update_of_a_password, ways.by_sql_delete_and_insert_of_a_person_with_another_password]
)
def test_a_password_replaced_past_the_application_is_an_event_without_the_password(
    way: ways.Way, vendor: Vendor
) -> None:
    way(vendor)
    at_commit()
    entry = AuditEntry.objects.get(event="PASSWORD_STORED")
    assert (entry.object_type, entry.object_id) == ("registry.user", str(known().pk))
    assert (entry.origin, entry.actor_id, entry.detail) == ("DATABASE", None, {})
    gap = Gap.objects.get()
    assert (gap.object_type, gap.query) == ("registry.user", "")
    assert b"known$to" not in bytes(entry.payload or b"")


@pytest.mark.usefixtures("_filling")
def test_a_person_put_under_the_number_of_another_is_an_event(vendor: Vendor) -> None:
    number = known().pk
    ways.by_sql_swap_of_the_numbers_of_two_people(vendor)
    at_commit()
    assert known().pk == number
    assert AuditEntry.objects.filter(event="PASSWORD_STORED", object_id=str(number), origin="DATABASE").exists()


def test_a_password_the_application_stores_is_an_event_by_who_acted(vendor: Vendor) -> None:
    somebody = known()
    at_commit()
    with acting(user_id=somebody.pk, origin="COMMAND", reason="By hand"):
        somebody.set_password("another long one")
        somebody.save()
    at_commit()
    entry = AuditEntry.objects.get(event="PASSWORD_STORED")
    assert (entry.origin, entry.actor_id, entry.reason) == ("COMMAND", somebody.pk, "By hand")


def test_a_password_whose_change_was_noted_is_not_noted_twice(vendor: Vendor) -> None:
    somebody = known()
    somebody.set_password("another long one")
    somebody.save()
    note("PASSWORD_CHANGED", at=timezone.now(), object_type="registry.user", object_id=somebody.pk)
    at_commit()
    assert not AuditEntry.objects.filter(event="PASSWORD_STORED").exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_statement_in_a_transaction_nothing_false_is_said() -> None:
    with connection.cursor() as cursor:
        for statement in statements(governed(Vendor), raises=False):
            cursor.execute(statement)
    try:
        with transaction.atomic():
            ways.sql(
                "INSERT INTO registry_vendor (id, name, website, supplies, version) VALUES (903, 'Past', '', '', 1)"
            )
        ways.sql("UPDATE registry_vendor SET website = 'https://one.example'")
    finally:
        with connection.cursor() as cursor:
            for statement in statements(governed(Vendor), raises=True):
                cursor.execute(statement)
    said = list(Gap.objects.order_by("id").values_list("query", flat=True))
    assert said == ["", "UPDATE registry_vendor SET website = 'https://one.example'"]


def test_a_table_of_the_record_is_not_emptied(vendor: Vendor) -> None:
    at_commit()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ways.sql("TRUNCATE registry_vendor CASCADE")


def test_an_entry_holds_before_and_after_the_role_held_then_and_the_reason(vendor: Vendor) -> None:
    somebody = people.risk()
    with acting(user_id=somebody.pk, reason="They moved", origin="PAGE", unit_id="r-1"):
        vendor.website = "https://new.example"
        vendor.save()
    said = json.loads(bytes(AuditEntry.objects.filter(object_type="registry.vendor").latest("id").payload or b""))
    assert (said["was"]["website"], said["row"]["website"]) == ("", "https://new.example")
    assert (said["actor"], said["roles"], said["why"]) == (somebody.pk, ["RISK"], "They moved")
    assert (said["origin"], said["req"], said["op"]) == ("PAGE", "r-1", "~")
    somebody.roles = ["MEMBER"]
    somebody.save()
    assert AuditEntry.objects.filter(object_type="registry.vendor").latest("id").roles == ["RISK"]


def test_personal_values_are_committed_to_and_never_stand_in_a_payload() -> None:
    somebody = people.person("Ingeborg Unverwechselbar")
    entries = AuditEntry.objects.filter(object_type="registry.user", object_id=str(somebody.pk))
    assert not any(b"Unverwechselbar" in bytes(entry.payload or b"") for entry in entries)
    for entry in entries:
        commitments = json.loads(bytes(entry.payload or b""))["pii"]
        opened = {s.field: sha256(bytes(s.salt) + s.value.encode()).hexdigest() for s in entry.secrets.all()}
        assert opened == commitments
        assert "name" in commitments
