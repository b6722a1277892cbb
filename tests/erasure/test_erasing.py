# ruff: noqa: PT012 (statements with numbers of this test; a transaction is what is refused)
"""What goes, what stays, and that it can be shown which is which."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.models import TimelineEntry
from registry.kernel.access.verdict import Refused
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger import checking, erasing, sequencing
from registry.kernel.ledger.models import Secret
from registry.models import Erasure, Notice, User
from registry.services import erasures
from tests import people
from tests.incidents import making

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def leaver() -> User:
    person = people.person("Pat Private")
    person.title = "Secret title"
    with acting(reason="Because Pat said so"):
        person.save()
    note("SIGNED_IN", at=NOW, object_type="registry.user", object_id=person.pk, detail={"ip": "192.0.2.7", "via": "x"})
    return person


def asked(record: Any, *fields: str) -> Erasure:
    return erasures.ask(
        by=people.risk(),
        at=NOW,
        object_type=record._meta.label_lower,
        object_id=str(record.pk),
        fields=fields,
        basis="CONSENT_WITHDRAWN",
        reason="A request by letter.",
    )


def erased(record: Any, *fields: str) -> Erasure:
    return erasures.confirm(asked(record, *fields), by=people.executive(), at=NOW, note="Checked the letter.")


def entries(record: Any) -> list[AuditEntry]:
    rows = AuditEntry.objects.filter(object_type=record._meta.label_lower, object_id=str(record.pk))
    return list(rows.order_by("id"))


def differences() -> list[str]:
    found = []
    for subject in ("HISTORY", "LEDGER"):
        found += checking.go_on(checking.begin(subject, at=NOW), clock=timezone.now).findings
    return found


def test_a_person_is_taken_out_of_record_history_and_ledger() -> None:
    person = leaver()
    erased(person, "email", "name", "title")
    person.refresh_from_db()
    assert (person.email, person.name, person.is_active) == (f"erased-{person.pk}@erased.invalid", "[erased]", False)
    assert {row.name for row in person.history.all()} == {"[erased]"}
    assert not person.history.filter(email__icontains="private").exists()
    assert not Secret.objects.filter(value__icontains="private").exists()
    assert not Secret.objects.filter(value="Secret title").exists()


def test_the_entries_of_a_person_keep_their_content_and_their_hash() -> None:
    person = leaver()
    before = {entry.pk: bytes(entry.leaf_hash) for entry in entries(person)}
    erased(person, "email", "name", "title")
    after = [entry for entry in entries(person) if entry.pk in before]
    assert {entry.pk: bytes(entry.leaf_hash) for entry in after} == before
    assert all(entry.payload is not None for entry in after)


def test_a_tombstone_names_every_entry_that_lost_something() -> None:
    person = leaver()
    first = entries(person)[0]
    erasure = erased(person, "name")
    tomb = entries(person)[-1]
    said = json.loads(bytes(tomb.payload or b""))
    assert (said["e"], said["detail"]["erasure"], said["detail"]["basis"]) == (
        "ERASED",
        erasure.pk,
        "CONSENT_WITHDRAWN",
    )
    assert {"leaf": bytes(first.leaf_hash).hex(), "fields": ["name"]} in said["detail"]["erased"]


def test_words_that_are_not_personal_take_their_payload_along() -> None:
    workflow = making.workflow(purpose="Named somebody by accident")
    workflow.purpose = "Corrected"
    workflow.save()
    erased(workflow, "purpose")
    workflow.refresh_from_db()
    assert workflow.purpose == "[erased]"
    assert {row.purpose for row in workflow.history.all()} == {"[erased]"}
    for entry in entries(workflow):
        assert b"accident" not in bytes(entry.payload or b"")
    whole = json.loads(bytes(entries(workflow)[-1].payload or b""))["detail"]["erased"]
    assert [one["fields"] for one in whole] == [["*"], ["*"], ["*"]]


def test_what_lists_of_the_past_go_by_goes_with_the_history() -> None:
    workflow = making.workflow(name="Pat Private's helper")
    at = timezone.now()
    erased(workflow, "name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM registry_workflow_span WHERE id = %s AND since <= %s", [workflow.pk, at])
        assert cursor.fetchall() == [("[erased]",)]
    assert differences() == []


def test_fields_that_were_not_named_stay() -> None:
    person = leaver()
    erased(person, "title")
    person.refresh_from_db()
    assert person.name == "Pat Private"
    assert person.is_active
    assert Secret.objects.filter(value="Pat Private").exists()
    assert AuditEntry.objects.filter(object_id=str(person.pk), reason="Because Pat said so").exists()


def test_other_people_lose_nothing() -> None:
    person, other = leaver(), people.person("Olga Other")
    erased(person, "email", "name")
    assert other.history.get().name == "Olga Other"
    assert Secret.objects.filter(value="Olga Other").exists()


def test_reasons_and_details_go_when_they_are_named() -> None:
    person = leaver()
    erased(person, "reason", "detail")
    assert not person.history.filter(history_change_reason="Because Pat said so").exists()
    assert not AuditEntry.objects.filter(reason="Because Pat said so").exists()
    assert not Secret.objects.filter(value="192.0.2.7").exists()
    assert not AuditEntry.objects.filter(event="SIGNED_IN", detail__ip="192.0.2.7").exists()


def test_a_tombstone_survives_a_later_erasure() -> None:
    person = leaver()
    erased(person, "name")
    erased(person, "detail")
    assert AuditEntry.objects.filter(event="ERASED", payload__isnull=True).count() == 0


def test_what_only_ever_stands_is_blanked_with_its_history() -> None:
    incident = making.declared(workflow=None)
    entry = TimelineEntry.objects.filter(incident=incident).first()
    assert entry is not None
    erasure = Erasure.objects.create(
        object_type="incidents.timelineentry", object_id=str(entry.pk), fields=["text"], basis="UNLAWFUL", reason="x",
        asked_by=people.risk(), asked_at=NOW,
    )  # fmt: skip
    incident.state = "CLOSED"
    erasures.refuse_objected(people.person("Nobody"))
    with transaction.atomic():
        erasure.state, erasure.decided_by, erasure.decided_at = "DONE", people.executive(), NOW
        erasure.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT holdfast_erase(%s)", [erasure.pk])
    entry.refresh_from_db()
    assert entry.text == "[erased]"
    assert {row.text for row in entry.history.all()} == {"[erased]"}


def test_the_guard_and_the_standing_check_find_nothing_to_complain_of() -> None:
    sequencing.advance()
    person = leaver()
    sequencing.advance()
    erased(person, "email", "name", "title", "reason", "detail")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    sequencing.advance()
    assert differences() == []


def test_what_was_taken_without_a_tombstone_is_found() -> None:
    person = leaver()
    sequencing.advance()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_secret DISABLE TRIGGER holdfast_only_erased")
        cursor.execute("DELETE FROM ledger_secret WHERE value = 'Pat Private'")
        cursor.execute("ALTER TABLE ledger_secret ENABLE ALWAYS TRIGGER holdfast_only_erased")
    assert any("personal value name" in sentence and "without a record" in sentence for sentence in differences())
    assert person.is_active


def test_a_decided_erasure_opens_nothing_that_it_does_not_name() -> None:
    person, other = leaver(), people.person("Olga Other")
    erasure = asked(person, "name")
    for statement in (
        f"UPDATE registry_historicaluser SET title = '[erased]' WHERE id = {person.pk}",
        f"UPDATE registry_historicaluser SET name = '[erased]' WHERE id = {other.pk}",
        f"UPDATE registry_historicaluser SET name = 'Somebody else' WHERE id = {person.pk}",
        "DELETE FROM ledger_secret WHERE value = 'Olga Other'",
        "UPDATE registry_auditentry SET actor_id = NULL",
    ):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            erasure.state, erasure.decided_by, erasure.decided_at = "DONE", people.executive(), NOW
            erasure.save()
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT set_config('holdfast.erasure', '{erasure.pk}', true)")
                cursor.execute(statement)
        erasure.refresh_from_db()


def test_an_erasure_does_not_open_the_door_in_the_next_transaction() -> None:
    person = leaver()
    erasure = erased(person, "name")
    with pytest.raises(DatabaseError, match="not decided in this transaction"), connection.cursor() as cursor:
        cursor.execute("SELECT holdfast_erase(%s)", [erasure.pk])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('holdfast.erasure', %s, true)", [str(erasure.pk)])
        cursor.execute("UPDATE registry_historicaluser SET name = '[erased]' WHERE name <> '[erased]'")


def test_what_was_asked_and_decided_in_one_transaction_is_not_carried_out() -> None:
    person = leaver()
    with pytest.raises(DatabaseError, match="not asked for before"), transaction.atomic():
        erased(person, "name")
    person.refresh_from_db()
    assert person.name == "Pat Private"


def test_what_the_log_stands_on_is_not_counted_as_if_it_went() -> None:
    person = people.person("Pat Private")
    note("ISSUED", at=NOW, object_type="registry.user", object_id=person.pk, detail={"sha256": "x"})
    assert erasing.extent("registry.user", str(person.pk), ["detail"]).is_nothing


def test_nobody_decides_what_they_asked_for() -> None:
    erasure = asked(leaver(), "name")
    with pytest.raises(Refused, match="yourself"):
        erasures.confirm(erasure, by=people.risk(), at=NOW, note="")


def test_nobody_decides_about_themselves() -> None:
    admin = people.executive("Anna About")
    erasure = asked(admin, "title") if admin.title else asked(admin, "name")
    with pytest.raises(Refused, match="about you"):
        erasures.confirm(erasure, by=admin, at=NOW, note="")


@pytest.mark.parametrize("who", [people.owner, people.auditor, people.administrator, people.executive])
def test_only_risk_staff_ask(who: Any) -> None:
    person = leaver()
    with pytest.raises(Refused):
        erasures.ask(
            by=who(), at=NOW, object_type="registry.user", object_id=str(person.pk), fields=["name"],
            basis="UNLAWFUL", reason="x",
        )  # fmt: skip


def test_a_declined_erasure_takes_nothing() -> None:
    person = leaver()
    erasures.decline(asked(person, "name"), by=people.executive(), at=NOW, note="The letter was forged.")
    person.refresh_from_db()
    assert person.name == "Pat Private"


def test_what_is_empty_everywhere_cannot_be_asked_for() -> None:
    with pytest.raises(ValidationError, match="nothing to erase"):
        asked(people.person("Untitled"), "title")


def test_a_record_of_an_open_incident_stays() -> None:
    incident = making.declared()
    with pytest.raises(ValidationError, match="is open"):
        asked(incident, "summary")
    with pytest.raises(ValidationError, match="is open"):
        asked(incident.declared_by, "name")


def test_one_erasure_of_a_record_waits_at_a_time() -> None:
    person = leaver()
    asked(person, "name")
    with pytest.raises(ValidationError, match="waits for a decision already"):
        asked(person, "title")


def test_those_who_may_decide_are_told_and_nobody_else() -> None:
    decider = people.executive()
    people.owner()
    erasure = asked(leaver(), "name")
    told = Notice.objects.filter(kind="ERASURE", object_id=str(erasure.pk))
    assert [notice.recipient for notice in told] == [decider]
