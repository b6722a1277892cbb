"""The database itself lists every history row, and lets nobody change or remove one."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from registry.kernel.audit.events import note
from registry.models import AuditEntry, Vendor

pytestmark = pytest.mark.django_db

OURS = ("registry", "incidents", "reviews")
WITHOUT_HISTORY = {
    # what is itself a list of what happened
    "registry.auditentry", "registry.deliveredmail", "registry.importrow", "incidents.custodyevent",
    # content named by its hash, and counters
    "registry.storedfile", "registry.documentcounter",
    # work on its way and signs of life
    "registry.mail", "registry.notice", "registry.renderingjob", "registry.heartbeat", "registry.tokenuse",
    "registry.rememberedanswer",
}  # fmt: skip
"""Everything else that we keep has a readable history. A model is added here only with a reason."""


def own_models() -> list[type]:
    listed = (model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True))
    return [model for model in listed if not model.__name__.startswith("Historical")]


def triggers(table: str) -> dict[str, str]:
    """Name → definition of the triggers of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        return dict(cursor.fetchall())


def recorded() -> list[type]:
    return [model for model in own_models() if hasattr(model, "history")]


def test_every_record_has_a_history_unless_listed() -> None:
    without = {model._meta.label_lower for model in own_models() if not hasattr(model, "history")}  # type: ignore[attr-defined]
    assert without == WITHOUT_HISTORY


@pytest.mark.parametrize("model", recorded(), ids=lambda model: model._meta.label_lower)
def test_every_history_is_captured_under_its_own_name_and_append_only(model: type) -> None:
    meta, history = model._meta, model.history.model._meta.db_table  # type: ignore[attr-defined]
    found = triggers(history)
    assert f"holdfast_capture('{meta.label_lower}', '{meta.pk.column}')" in found["holdfast_capture"]
    assert "BEFORE DELETE OR UPDATE" in found["holdfast_append_only"]


@pytest.mark.parametrize("table", ["registry_auditentry", "registry_historicalvendor"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_past_cannot_be_changed_or_removed(table: str, statement: str) -> None:
    Vendor.objects.create(name="Acme")
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]
    assert AuditEntry.objects.filter(object_type="registry.vendor").count() == 1


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
