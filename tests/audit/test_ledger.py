"""The ledger's page says how it stands, and the export is what the offline verifier reads."""

import io
import json
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.kernel.audit.events import note
from registry.kernel.ledger import exporting, merkle, notes, proving, sequencing
from registry.kernel.ledger.keys import known_vkeys
from registry.kernel.ledger.models import IntegrityCheck, Receipt
from registry.models import AuditEntry, Heartbeat, Vendor
from tests import people
from tests.audit.test_entries import erased
from tests.signing_in import signed_in

LENGTH = Struct(">I")


@pytest.mark.django_db
def test_the_page_tells_size_root_key_and_checks(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    last = proving.latest()
    assert last is not None
    Receipt.objects.create(checkpoint=last, witness="file: /witness", sent_at=timezone.now())
    IntegrityCheck.objects.create(
        subject="HISTORY", started_at=timezone.now(), finished_at=timezone.now(), examined=12, findings_count=1,
        findings=["Vendor 3 differs in its website."],
    )  # fmt: skip
    page = auditor.get("/audit/ledger/").content.decode()
    for told in (last.root, known_vkeys()[0], "file: /witness", "Vendor 3 differs", "As they were sealed"):
        assert told in page, told


@pytest.mark.django_db
def test_a_guard_that_was_taken_away_is_named(auditor: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_vendor DISABLE TRIGGER holdfast_guard")
    page = auditor.get("/audit/ledger/").content.decode()
    assert "The guards of the database are not what was sealed" in page
    assert "registry_vendor D CREATE CONSTRAINT TRIGGER holdfast_guard" in page


@pytest.mark.django_db
def test_a_sequencer_in_trouble_is_quoted(auditor: Client) -> None:
    Heartbeat.objects.create(name="seal@here", at=timezone.now(), trouble="It was set back to an earlier state.")
    assert "It was set back to an earlier state." in auditor.get("/audit/ledger/").content.decode()


@pytest.mark.django_db
def test_the_page_costs_a_fixed_number_of_queries(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    with CaptureQueriesContext(connection) as captured:
        auditor.get("/audit/ledger/")
    assert len(captured) <= 17, "\n".join(query["sql"][:150] for query in captured)


@pytest.mark.django_db
def test_a_checkpoint_is_handed_out_as_it_was_signed_and_that_is_recorded(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    text = auditor.get("/audit/ledger/checkpoint/").content.decode()
    assert notes.read(text, known_vkeys()).signed_by
    assert AuditEntry.objects.get(event="DOWNLOADED").object_type == "registry.checkpoint"
    assert auditor.get("/audit/ledger/checkpoint/?size=99999").status_code == 404


@pytest.mark.django_db
def test_continuity_is_proved_for_whoever_kept_a_checkpoint(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    old = proving.latest()
    for n in range(9):
        Vendor.objects.create(name=f"Vendor {n}")
    sequencing.advance()
    new = proving.latest()
    assert old is not None
    assert new is not None
    text = auditor.get(f"/audit/ledger/consistency/?old={old.size}").content.decode()
    assert text.startswith(f"holdfast-consistency@v1\nold {old.size}\nnew {new.size}\n")
    assert text.endswith(new.note)
    for wrong in ("0", "x", str(new.size + 1), "²"):
        assert auditor.get(f"/audit/ledger/consistency/?old={wrong}")["Location"] == "/audit/ledger/"


def read(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def leaves(entries: bytes) -> list[bytes]:
    """Leaf hashes, as a verifier computes them."""
    found, at = [], 0
    while at < len(entries):
        (length,) = LENGTH.unpack_from(entries, at)
        if length == 0xFFFFFFFF:
            found.append(entries[at + 4 : at + 36])
            at += 36
        else:
            found.append(merkle.leaf(entries[at + 4 : at + 4 + length]))
            at += 4 + length
    return found


@pytest.mark.django_db(transaction=True)
def test_the_export_folds_to_the_signed_root_with_erased_entries_in_it() -> None:
    vendor = Vendor.objects.create(name="Acme", website="https://wrong.example")
    note("SIGNED_IN", at=timezone.now(), detail={"ip": "203.0.113.9"})
    erased(vendor)
    sequencing.advance()
    answer: Any = signed_in(people.auditor("Aud Itor")).get("/audit/ledger/export/")
    parts = read(b"".join(answer.streaming_content))
    assert set(parts) == {"README.txt", "keys.txt", "checkpoint", "entries.bin", "openings.jsonl"}
    note_read = notes.read(parts["checkpoint"].decode(), parts["keys.txt"].decode().split())
    assert merkle.fold(leaves(parts["entries.bin"])) == note_read.root
    assert b"\xff\xff\xff\xff" in parts["entries.bin"]
    openings = [json.loads(line) for line in parts["openings.jsonl"].splitlines()]
    assert any(each["value"] == "203.0.113.9" for each in openings)
    assert b"wrong.example" not in parts["entries.bin"]
    taken = AuditEntry.objects.get(event="EXPORTED")
    assert taken.detail["root"] == note_read.root.hex()


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_the_same_and_records_its_hash(tmp_path: Path) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    call_command("export_ledger", str(tmp_path / "ledger.zip"))
    content = (tmp_path / "ledger.zip").read_bytes()
    assert merkle.fold(leaves(read(content)["entries.bin"]))
    entry = AuditEntry.objects.get(event="EXPORTED")
    assert entry.origin == "COMMAND"
    assert entry.detail["sha256"] == sha256(content).hexdigest()
    assert [path.name for path in tmp_path.glob("ledger*")] == ["ledger.zip"]


@pytest.mark.django_db(transaction=True)
def test_before_the_first_checkpoint_there_is_nothing_to_export(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_checkpoint")
        assert cursor.fetchone() == (0,)
    assert signed_in(people.auditor("Aud Itor")).get("/audit/ledger/export/")["Location"] == "/audit/ledger/"
    with pytest.raises(CommandError):
        call_command("export_ledger", str(tmp_path / "ledger.zip"))


@pytest.mark.django_db
def test_making_the_export_takes_no_more_memory_for_more_entries() -> None:
    peaks = []
    for more in (300, 6000):
        for_export(more)
        sequencing.advance()
        tracemalloc.start()
        checkpoint = exporting.newest(connection)
        for _piece in exporting.pieces(checkpoint, connection):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 6_000_000


def for_export(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_auditentry (at, kind, object_type, object_id, event, origin, unit_id, reason, "
            "detail, roles, login, leaf_hash) SELECT clock_timestamp(), 'E', '', n::text, 'READ', 'TASK', '', "
            "repeat('x', 300), '{}', '{}', '', '' FROM generate_series(1, %s) AS n",
            [count],
        )
