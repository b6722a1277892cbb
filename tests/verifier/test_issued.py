"""What the site itself exports and issues, in the hands of the verifier: the only tests here that need a database."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry.kernel.ledger import continuing, exporting, keys, proving, sequencing
from registry.models import AuditEntry, Checkpoint, Document
from tests import people
from tests.documents.issuing_world import bytes_of, full
from tests.verifier.running import SCRIPT, Outcome, run

pytestmark = pytest.mark.django_db


def vkey() -> str:
    return keys.known_vkeys()[0]


def exported(tmp_path: Path) -> Path:
    last = proving.latest()
    assert last is not None
    (tmp_path / "export.zip").write_bytes(b"".join(exporting.pieces(last, connection)))
    return tmp_path / "export.zip"


def kept(tmp_path: Path, last: Checkpoint | None) -> Path:
    assert last is not None
    (tmp_path / "kept.txt").write_text(last.note, encoding="utf-8")
    return tmp_path / "kept.txt"


def check(tmp_path: Path, document: Document, *more: object) -> Outcome:
    (tmp_path / "report.pdf").write_bytes(bytes_of(document))
    return run("pdf", tmp_path / "report.pdf", "--key", vkey(), "--cert", settings.DOCUMENT_CERT_FILE, *more)


def handed(document: Document, address: str) -> Any:
    client = Client()
    client.force_login(people.auditor())
    return client.get(address.format(document.pk))


def test_a_report_and_an_export_of_the_site_pass_together(tmp_path: Path) -> None:
    people.responder()
    sequencing.advance()
    old = kept(tmp_path, proving.latest())
    document = full()
    assert check(tmp_path, document).status == 0
    assert handed(document, "/reports/{}/issued/").status_code == 409
    sequencing.advance()
    proof = handed(document, "/reports/{}/issued/")
    assert f'filename="{document.number}.issued.json"' in proof.headers["Content-Disposition"]
    content = b"".join(proof.streaming_content)
    assert b"".join(handed(document, "/api/v1/documents/{}/issued/").streaming_content) == content
    (tmp_path / "issued.json").write_bytes(content)
    found = check(tmp_path, document, "--issued", tmp_path / "issued.json")
    assert (found.status, "was issued as exactly this file" in found.text) == (0, True)
    found = check(tmp_path, document, "--ledger", exported(tmp_path), "--since", old)
    assert (found.status, found.complaints) == (0, "")
    assert "was issued as exactly this file" in found.text
    assert "personal values are those the entries committed to" in found.text


def test_the_files_the_site_hands_out_pass(tmp_path: Path) -> None:
    people.responder()
    sequencing.advance()
    first = proving.latest()
    old = kept(tmp_path, first)
    people.risk()
    sequencing.advance()
    last = proving.latest()
    assert first is not None
    assert last is not None
    (tmp_path / "new.txt").write_text(last.note, encoding="utf-8")
    (tmp_path / "proof.txt").write_text(proving.consistency_file(first.size, last), encoding="utf-8")
    words = ["checkpoint", tmp_path / "new.txt", old, "--key", vkey(), "--proof", tmp_path / "proof.txt"]
    assert run(*words).status == 0
    first_entry = AuditEntry.objects.get(leaf__index=0)
    (tmp_path / "entry.json").write_bytes(bytes(first_entry.payload or b""))
    (tmp_path / "entry.proof").write_text(proving.tlog_proof(0, last), encoding="utf-8")
    assert run("record", tmp_path / "entry.json", tmp_path / "entry.proof", "--key", vkey()).status == 0


def stranger(*arguments: object) -> Outcome:
    """The verifier as a program of its own, with every key the site publishes."""
    words = [str(argument) for argument in arguments]
    given = [word for vkey in keys.known_vkeys() for word in ("--key", vkey)]
    command = [sys.executable, "-I", "-S", str(SCRIPT), *words, *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return Outcome(done.returncode, done.stdout)


def lose(entries: int) -> None:
    """As if that many more entries had been signed before the database was restored, and it was decided to go on."""
    last = proving.latest()
    assert last is not None
    Path(settings.LEDGER_STATE_FILE).write_text(f"{last.origin}\n{last.size + entries}\n{'0' * 64}\n")
    continuing.continue_log(reason="Disk failure", at=timezone.now())
    sequencing.advance()


def test_checkpoints_from_before_a_loss_still_fit(tmp_path: Path) -> None:
    people.responder()
    sequencing.advance()
    first = proving.latest()
    old = kept(tmp_path, first)
    assert first is not None
    for _time in range(2):
        lose(5)
    document = full()
    drawn = proving.latest()
    sequencing.advance()
    last = proving.latest()
    assert drawn is not None
    assert last is not None
    assert last.origin == f"{first.origin}/3"
    for name, text in {
        "new.txt": last.note,
        "proof.txt": proving.consistency_file(first.size, last),
        "later.txt": proving.consistency_file(drawn.size, last),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    words: list[object] = []
    for place, entry in enumerate(AuditEntry.objects.filter(event="LOG_RESTARTED")):
        (tmp_path / f"{place}.json").write_bytes(bytes(entry.payload or b""))
        index = proving.leaf_index(entry.pk)
        assert index is not None
        (tmp_path / f"{place}.proof").write_text(proving.tlog_proof(index, last), encoding="utf-8")
        words += ["--restart", tmp_path / f"{place}.json", tmp_path / f"{place}.proof"]
    compared = ["checkpoint", tmp_path / "new.txt", old, "--proof", tmp_path / "proof.txt"]
    (tmp_path / "report.pdf").write_bytes(bytes_of(document))
    report = ["pdf", tmp_path / "report.pdf", "--cert", settings.DOCUMENT_CERT_FILE, "--since", old]
    for found in (
        stranger("ledger", exported(tmp_path), "--since", old),
        stranger(*compared, *words),
        stranger(*report, "--proof", tmp_path / "proof.txt", "--proof", tmp_path / "later.txt"),
        stranger(*report, "--ledger", tmp_path / "export.zip"),
    ):
        assert (found.status, found.complaints) == (0, "")
        assert "follow each other after a loss" in found.text
    assert "is of another log" in stranger(*compared).complaints
