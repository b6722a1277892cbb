"""From frozen to issued: what a document waits for, what it carries, and what stays when it is made again."""

import json
import time
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from registry.kernel.documents import issuing
from registry.kernel.documents.binding import cited
from registry.kernel.documents.codes import code_of, read_code
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.documents.making import try_again
from registry.kernel.documents.printing import print_apart
from registry.kernel.ledger import keys, merkle, notes, sequencing
from registry.models import AuditEntry, Document, LogKey, RenderingJob
from tests import people
from tests.documents.issuing_world import attached, bytes_of, frozen, issued, ledger_of, waiting

pytestmark = pytest.mark.django_db


def test_freezing_enters_the_hash_of_the_record_into_the_ledger() -> None:
    document = frozen()
    entry = AuditEntry.objects.get(event="FROZEN")
    assert (entry.object_type, entry.object_id) == ("registry.document", str(document.pk))
    assert entry.detail == {"number": "SR-2026-0001", "sha256": document.record_sha256, "kind": "SAMPLE"}
    assert document.code == code_of(document.record_sha256)


def test_a_code_is_understood_however_it_was_typed() -> None:
    code = code_of(sha256(b"").hexdigest())
    assert code == "4OYMI-QUY7Q-OBJGX-36TEJ"
    assert read_code(" 40ymi quy7q-0bjgx 36tej ") == code
    assert read_code("4OYMI-QUY7Q") is None


def test_without_a_checkpoint_it_waits_uncounted() -> None:
    document = frozen()
    for _sweep in range(5):
        assert render_waiting(at=timezone.now) == 0
    assert waiting(document) == "Waiting for the ledger's next checkpoint."
    sequencing.advance()
    assert render_waiting(at=timezone.now) == 1


def test_a_worker_waits_a_moment_for_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen()
    monkeypatch.setattr(time, "sleep", lambda seconds: sequencing.advance())
    assert render_waiting(at=timezone.now, patience=timedelta(seconds=5)) == 1


def test_one_that_waits_does_not_hold_up_the_next() -> None:
    frozen()
    later = frozen(title="Other", kind="OTHER")
    sequencing.advance()
    first = Document.objects.order_by("pk").first()
    assert first is not None
    # As if one that it cites had no place in the log yet.
    first.record = frozen(kind="THIRD").record
    first.save()
    assert render_waiting(at=timezone.now) >= 1
    assert Document.objects.get(pk=later.pk).status == "READY"


def test_the_proofs_lead_from_every_cited_entry_to_a_signed_checkpoint() -> None:
    document = issued()
    ledger = ledger_of(bytes_of(document))
    note = notes.read(ledger["checkpoint"], keys.known_vkeys())
    entries = {entry["index"]: entry for entry in ledger["entries"]}
    assert len(entries) == len(attached_cites(document)) + 1
    for entry in entries.values():
        payload = b64decode(entry["payload"])
        leaf = merkle.leaf(payload)
        assert leaf.hex() == entry["leaf_hash"]
        path = [b64decode(step) for step in entry["path"]]
        assert merkle.verify_inclusion(entry["index"], note.size, leaf, path) == note.root
    assert document.record_sha256 in b64decode(entries[ledger["frozen"]]["payload"]).decode()


def attached_cites(document: Document) -> set[int]:
    return set(cited(json.loads(document.read_record())))


def test_the_manifest_names_record_and_proofs() -> None:
    inside = attached(bytes_of(issued()))
    named = {file["name"]: file["sha256"] for file in json.loads(inside["manifest.json"])["files"]}
    assert named == {name: sha256(inside[name]).hexdigest() for name in ("record.json", "ledger.json")}


def test_made_again_it_is_the_same_to_the_byte_before_signing() -> None:
    document = issued()
    assert document.proofs is not None
    sequencing.advance()
    again = print_apart(
        document.template,
        document.read_record(),
        number=document.number,
        sha256=document.record_sha256,
        made_at=document.requested_at,
        proofs=document.proofs.read_bytes(),
    )
    assert sha256(again).hexdigest() == document.unsigned_sha256
    assert bytes_of(document).startswith(again)


def test_a_document_stopped_half_way_keeps_its_first_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    document = frozen()
    sequencing.advance()
    with monkeypatch.context() as broken:
        broken.setattr(issuing, "print_apart", killed)
        render_waiting(at=timezone.now)
    first = Document.objects.get(pk=document.pk).proofs_id
    sequencing.advance()
    render_waiting(at=timezone.now)
    made = Document.objects.get(pk=document.pk)
    assert (made.status, made.proofs_id) == ("READY", first)


def killed(*_arguments: Any, **_options: Any) -> bytes:
    raise OSError("killed")


def test_what_fails_three_times_is_given_up_with_its_reason_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = frozen()
    sequencing.advance()
    with monkeypatch.context() as broken:
        broken.setattr(issuing, "print_apart", killed)
        for _sweep in range(4):
            render_waiting(at=timezone.now)
    failed = Document.objects.select_related("job").get(pk=document.pk)
    assert (failed.status, failed.job.failure) == ("FAILED", "killed")
    try_again(failed, by=people.risk(), at=timezone.now())
    assert render_waiting(at=timezone.now) == 1


def test_giving_up_locks_the_document_first_and_changes_nothing_but_its_state() -> None:
    document = frozen()
    sequencing.advance()
    RenderingJob.objects.filter(document=document).update(attempts=issuing.GIVE_UP_AFTER)
    statements: list[str] = []

    def watched(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watched):
        render_waiting(at=timezone.now)
    locks = [sql for sql in statements if "FOR UPDATE" in sql]
    assert ['"registry_document"' in sql.partition("FOR UPDATE")[0].partition("FROM")[2][:25] for sql in locks] == [
        True,
        False,
    ]
    (update,) = (sql for sql in statements if sql.startswith('UPDATE "registry_document" '))
    assert update.count("=") == 2
    assert Document.objects.get(pk=document.pk).status == "FAILED"


def test_issuing_enters_both_hashes_and_the_signer_into_the_ledger() -> None:
    document = issued()
    detail = AuditEntry.objects.get(event="ISSUED").detail
    assert detail == {
        "number": document.number,
        "record_sha256": document.record_sha256,
        "unsigned_sha256": document.unsigned_sha256,
        "sha256": sha256(bytes_of(document)).hexdigest(),
        "signer": document.signer,
    }


def test_the_certificate_chain_is_kept_once() -> None:
    issued()
    issued(kind="SECOND")
    key = LogKey.objects.get(purpose="DOCUMENTS")
    assert key.public.count("BEGIN CERTIFICATE") == 2
    assert Document.objects.filter(signer__contains=key.fingerprint).count() == 2


def test_pressing_twice_gives_one_document() -> None:
    at = timezone.now()
    first = frozen(at=at)
    assert frozen(at=at + timedelta(seconds=0.4)).pk == first.pk
    assert frozen(at=at + timedelta(seconds=2)).pk != first.pk
    assert frozen(at=at + timedelta(seconds=2), by=people.auditor()).number == "SR-2026-0003"


def test_a_corrected_report_supersedes_the_one_before_and_says_why() -> None:
    at = timezone.now()
    first = frozen(at=at)
    second = frozen(at=at + timedelta(minutes=1), correction="  The cause was named wrongly. ")
    assert second.supersedes == first
    assert second.correction == "The cause was named wrongly."
    assert Document.objects.filter(pk=first.pk, code=F("code")).exists()


def test_it_supersedes_the_one_that_shows_the_latest_moment_not_the_one_asked_for_last() -> None:
    at = timezone.now()
    latest = frozen(at=at)
    frozen(at=at + timedelta(minutes=1), as_of=at - timedelta(days=30))
    assert frozen(at=at + timedelta(minutes=2)).supersedes == latest
    between = frozen(at=at + timedelta(minutes=3), as_of=at - timedelta(days=10))
    assert between.supersedes is not None
    assert between.supersedes.as_of == at - timedelta(days=30)


def test_a_report_as_of_an_earlier_moment_supersedes_nothing_later() -> None:
    at = timezone.now()
    frozen(at=at)
    earlier = frozen(at=at + timedelta(minutes=1), as_of=at - timedelta(days=30))
    assert earlier.supersedes is None
    assert earlier.as_of == at - timedelta(days=30)
