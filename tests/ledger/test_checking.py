"""The standing check: what it finds, that it can be stopped anywhere, and who learns of it."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from registry.kernel.audit.bulk import create_many
from registry.kernel.audit.events import note
from registry.kernel.ledger import checking, rereading, sequencing, slices
from registry.kernel.ledger.merkle import fold, leaf
from registry.kernel.ledger.rereading import Spine
from registry.management.commands import verify_ledger
from registry.models import IntegrityCheck, Notice, Vendor
from registry.services import record_checks
from tests import people
from tests.incidents import making
from tests.ledger.switching import off

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def log() -> None:
    making.contained()
    sequencing.advance()
    people.administrator()
    people.auditor()
    sequencing.advance()


def found(subject: str) -> str:
    return " ".join(checking.go_on(checking.begin(subject, at=NOW), clock=timezone.now).findings)


@pytest.mark.parametrize("subject", ["HISTORY", "LEDGER"])
def test_an_untouched_record_agrees(log: None, subject: str) -> None:
    assert found(subject) == ""


def test_a_record_changed_behind_its_history_is_named_with_its_field(log: None) -> None:
    with off("registry_workflow", "holdfast_guard") as cursor:
        cursor.execute("UPDATE registry_workflow SET name = 'Quietly renamed'")
        cursor.execute("SELECT id FROM registry_workflow")
        (pk,) = cursor.fetchone()
    assert f"registry.workflow {pk} differs from its history in: name." in found("HISTORY")


def test_a_record_that_vanished_is_named(log: None) -> None:
    person = people.person("Gone Soon")
    with off("registry_user", "holdfast_guard") as cursor:
        cursor.execute("DELETE FROM registry_user WHERE id = %s", [person.pk])
    assert f"registry.user {person.pk} is gone, but its history does not say" in found("HISTORY")


def test_a_record_without_history_is_named(log: None) -> None:
    person = people.person("Gone Soon")
    with off("registry_historicaluser", "holdfast_append_only") as cursor:
        cursor.execute("DELETE FROM registry_historicaluser WHERE id = %s", [person.pk])
    said = found("HISTORY")
    assert f"registry.user {person.pk} has no history." in said
    assert "which is gone" in said


def test_a_personal_value_changed_in_history_is_found(log: None) -> None:
    with off("registry_historicaluser", "holdfast_append_only") as cursor:
        cursor.execute("UPDATE registry_historicaluser SET name = 'Somebody Else' WHERE name = 'Ada Admin'")
    assert "registry.user says something else than its entry" in found("HISTORY")


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("history_user_id", "424242"),
        ("history_date", "history_date - interval '1 day'"),
        ("history_change_reason", "'Somebody else wanted it'"),
        ("history_origin", "'API'"),
        ("history_unit_id", "'forged'"),
        ("name", "'Never happened'"),
    ],
)
def test_who_when_why_and_whence_forged_in_history_are_found(log: None, column: str, forged: str) -> None:
    with off("registry_historicalworkflow", "holdfast_append_only") as cursor:
        cursor.execute("SELECT min(history_id) FROM registry_historicalworkflow")
        (row,) = cursor.fetchone()
        cursor.execute(f"UPDATE registry_historicalworkflow SET {column} = {forged} WHERE history_id = {row}")
    wanted = f"History row {row} of registry.workflow says something else than its entry in: {column}."
    assert wanted in found("HISTORY")


@pytest.mark.parametrize(("column", "forged"), [("at", "at - interval '1 day'"), ("roles", "'{ADMINISTRATOR}'")])
def test_a_list_that_says_another_time_or_role_is_named(log: None, column: str, forged: str) -> None:
    with off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute(f"UPDATE registry_auditentry SET {column} = {forged} WHERE object_type = 'incidents.incident'")
    assert f"is listed with another {column} than was sealed" in found("LEDGER")


def test_a_record_with_a_number_below_one_is_examined(log: None) -> None:
    with off("registry_vendor", "holdfast_guard") as cursor:
        cursor.execute(
            "INSERT INTO registry_vendor (id, name, website, supplies, version) VALUES "
            "(-7, 'Below', '', '', 1), (0, 'Nothing', '', '', 1)"
        )
    said = found("HISTORY")
    assert "registry.vendor -7 has no history." in said
    assert "registry.vendor 0 has no history." in said


def test_every_difference_is_counted_and_the_first_are_named(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "ROWS", 700)
    with off("registry_vendor", "holdfast_guard") as cursor:
        cursor.execute(
            "INSERT INTO registry_vendor (id, name, website, supplies, version) "
            "SELECT n, 'V' || n, '', '', 1 FROM generate_series(5000, 6499) n"
        )
    check = checking.go_on(checking.begin("HISTORY", at=NOW), clock=timezone.now)
    assert (check.findings_count, len(check.findings), check.unnamed) == (1500, 100, 1400)
    record_checks.tell_of(check, at=NOW)
    assert "… and 1490 more." in Notice.objects.filter(kind="RECORD")[0].body


def test_more_records_gone_than_a_piece_holds_are_all_counted(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Vendor.objects.all().delete()
    create_many([Vendor(name=f"V{n}") for n in range(60)])
    monkeypatch.setattr(slices, "ROWS", 25)
    with off("registry_vendor", "holdfast_guard") as cursor:
        cursor.execute("DELETE FROM registry_vendor")
    assert checking.go_on(checking.begin("HISTORY", at=NOW), clock=timezone.now).findings_count == 60


def test_the_places_behind_an_empty_one_are_read_as_well(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "PIECE", 256)
    for n in range(300):
        note("EXPORTED", at=NOW, detail={"n": n})
    sequencing.advance()
    with off("ledger_leaf", "holdfast_append_only") as cursor:
        cursor.execute("DELETE FROM ledger_leaf WHERE index IN (5, 6)")
    with off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute("UPDATE registry_auditentry SET actor_id = 424242 WHERE detail ->> 'n' = '299'")
    said = found("LEDGER")
    assert "Places 5 to 6 of the log are empty." in said
    assert "is listed with another actor than was sealed" in said


def test_an_entry_that_was_taken_out_is_missed(log: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM ledger_leaf JOIN registry_auditentry a ON a.id = entry_id "
                       "WHERE a.object_type = 'registry.workflow' LIMIT 1")  # fmt: skip
        (entry,) = cursor.fetchone()
    with off("ledger_leaf", "holdfast_append_only"), off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute("DELETE FROM ledger_leaf WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM registry_auditentry WHERE id = %s", [entry])
    assert "has 0 entries instead of one" in found("HISTORY")
    said = found("LEDGER")
    assert "of the log is empty" in said
    assert "the last checkpoint is over" in said


def test_a_damaged_payload_is_named_and_stops_nothing(log: None) -> None:
    with off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute("SELECT min(id) FROM registry_auditentry WHERE kind <> 'E'")
        cursor.execute("UPDATE registry_auditentry SET payload = '\\xff00' WHERE id = %s", cursor.fetchone())
    assert "is not what was sealed" in found("LEDGER")
    assert "says something else than its entry" in found("HISTORY")


def test_a_list_that_says_another_person_did_it_is_named(log: None) -> None:
    with off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute("UPDATE registry_auditentry SET actor_id = 424242 WHERE object_type = 'incidents.incident'")
    assert "is listed with another actor than was sealed" in found("LEDGER")


def test_a_checkpoint_signed_with_another_key_is_named(log: None) -> None:
    with off("ledger_key", "holdfast_append_only") as cursor:
        cursor.execute("UPDATE ledger_key SET purpose = 'DOCUMENTS'")
    assert "No known key has signed" in found("LEDGER")


def test_a_changed_tile_is_named(log: None) -> None:
    with off("ledger_tile", "holdfast_tile_grows") as cursor:
        cursor.execute("UPDATE ledger_tile SET data = set_byte(data, 3, 7) WHERE level = 0 AND index = 0")
    assert "The stored tree does not hold the entries from place 0 on." in found("LEDGER")


def test_an_entry_left_out_of_the_log_is_named(log: None) -> None:
    with off("ledger_checkpoint", "holdfast_append_only") as cursor:
        cursor.execute("UPDATE ledger_checkpoint SET settled_id = 9000000000000")
    people.person("Never Placed")
    assert "was left out of the log" in found("LEDGER")


def test_a_run_goes_on_where_it_was_stopped(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "PIECE", 256)
    monkeypatch.setattr(slices, "ROWS", 2)
    check = checking.begin("LEDGER", at=NOW)
    pieces = 0
    while check.finished_at is None:
        check = IntegrityCheck.objects.get(pk=check.pk)
        checking.go_on(check, clock=timezone.now, seconds=0)
        pieces += 1
    assert pieces > 4
    assert check.findings == []
    assert check.position == {}


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 700])
def test_the_spine_has_the_root_of_the_tree(size: int) -> None:
    hashes = [leaf(str(n).encode()) for n in range(size)]
    spine = Spine()
    for hashed in hashes:
        spine.add(hashed)
    assert spine.root() == fold(hashes)


def test_the_daily_check_runs_in_pieces_and_once_a_day(log: None) -> None:
    for _piece in range(400):
        record_checks.check_a_little(at=lambda: NOW, seconds=0)
    assert IntegrityCheck.objects.filter(finished_at__isnull=False).count() == 2
    record_checks.check_a_little(at=lambda: NOW + timedelta(hours=23), seconds=0)
    assert IntegrityCheck.objects.count() == 2
    record_checks.check_a_little(at=lambda: NOW + timedelta(hours=25), seconds=0)
    assert IntegrityCheck.objects.count() == 3


def test_auditors_and_administrators_learn_of_a_finding_once(log: None) -> None:
    with off("registry_workflow", "holdfast_guard") as cursor:
        cursor.execute("UPDATE registry_workflow SET name = 'Quietly renamed'")
    for days in (0, 2):
        record_checks.check_a_little(at=partial(NOW.__add__, timedelta(days=days)), seconds=60)
    told = Notice.objects.filter(kind="RECORD")
    assert {notice.recipient.name for notice in told} == {"Ada Admin", "Axel Auditor"}
    assert told.count() == 2


def test_the_command_ends_with_one_when_something_disagrees(log: None) -> None:
    said = StringIO()
    call_command("verify_ledger", stdout=said, stderr=said)
    assert "Everything agrees" in said.getvalue()
    with off("registry_workflow", "holdfast_guard") as cursor:
        cursor.execute("UPDATE registry_workflow SET name = 'Quietly renamed'")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=said, stderr=said)
    assert ended.value.code == 1
    assert "differs from its history in: name" in said.getvalue()


def test_the_command_tells_how_far_it_is_within_a_step(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create_many([Vendor(name=f"V{n}") for n in range(8)])
    monkeypatch.setattr(slices, "ROWS", 3)
    monkeypatch.setattr(verify_ledger, "EVERY", 0.0)
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    wanted = r"\d+/\d+ registry\.vendor: {} of {} read, 0 differences"
    rows = Vendor.objects.count()
    for read in (3, 6, rows):
        assert re.search(wanted.format(read, rows), said.getvalue())


def test_the_command_says_when_the_database_was_set_back(log: None, settings: Any) -> None:
    Path(settings.LEDGER_STATE_FILE).write_text(f"holdfast\n999999\n{'0' * 64}\n")
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_ledger", stdout=said, stderr=said)
    assert "set back to an earlier state" in said.getvalue()
