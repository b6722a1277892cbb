"""What the site itself exports and issues, in the hands of the verifier: the only tests here that need a database."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from registry.kernel.ledger import exporting, keys, proving, sequencing
from registry.models import Checkpoint, Document
from tests import people
from tests.documents.issuing_world import bytes_of, full
from tests.verifier.running import Outcome, run

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


def test_a_report_and_an_export_of_the_site_pass_together(tmp_path: Path) -> None:
    people.responder()
    sequencing.advance()
    old = kept(tmp_path, proving.latest())
    document = full()
    assert check(tmp_path, document).status == 0
    sequencing.advance()
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
    (tmp_path / "entry.json").write_bytes(bytes(proving.entries_at([0])[0].payload or b""))
    (tmp_path / "entry.proof").write_text(proving.tlog_proof(0, last), encoding="utf-8")
    assert run("record", tmp_path / "entry.json", tmp_path / "entry.proof", "--key", vkey()).status == 0
