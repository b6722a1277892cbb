"""Keys, checkpoints and proofs for anybody: enough for the verifier, and nothing of what the record says."""

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from registry.kernel.ledger import keys
from registry.kernel.ledger.notes import read
from registry.models import LogKey
from tests.ledger.outside.conftest import announced, sealed
from tests.verifier.running import verifier

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    return answer.content.decode()


def test_a_checkpoint_can_be_taken_now_and_by_its_size(client: Client) -> None:
    first, second = sealed("One"), sealed("Two")
    assert text(client, "/verify/checkpoint") == second.note
    assert text(client, f"/verify/checkpoints/{first.size}") == first.note
    assert "immutable" in client.get(f"/verify/checkpoints/{first.size}").headers["Cache-Control"]
    assert read(text(client, "/verify/checkpoint"), keys.known_vkeys()).size == second.size


def test_a_proof_shows_that_the_log_only_grew(client: Client) -> None:
    first, second = sealed("One"), sealed("Two")
    head, note = text(client, f"/verify/consistency?old={first.size}").split("\n\n", 1)
    lines = head.split("\n")
    assert lines[:3] == ["holdfast-consistency@v1", f"old {first.size}", f"new {second.size}"]
    path = [base64.b64decode(line) for line in lines[3:]]
    assert note == second.note
    roots = [bytes.fromhex(each.root) for each in (first, second)]
    assert verifier.continues(first.size, second.size, path, *roots)


@pytest.mark.parametrize("old", ["", "0", "-1", "99999999", "x", "٣", "9" * 40])
def test_an_unknown_size_is_answered_in_words(client: Client, old: str) -> None:
    sealed()
    answer = client.get("/verify/consistency", {"old": old})
    assert answer.status_code == 404
    assert answer.content.startswith(b"Give the size that stands in your checkpoint")


def test_before_anything_was_signed_there_is_nothing_to_have(client: Client) -> None:
    for address in ("/verify/checkpoint", "/verify/consistency?old=1"):
        assert client.get(address).content == b"Nothing has been signed yet.\n"
    for size in ("7", "9" * 30):
        assert client.get(f"/verify/checkpoints/{size}").status_code == 404
    assert client.get("/verify/index").json()["checkpoint"]["size"] == 0


def test_every_key_that_ever_signed_is_listed_with_its_dates(client: Client, settings: Any, tmp_path: Path) -> None:
    sealed("One")
    announced(tmp_path / "next.pem")
    settings.LEDGER_KEY_FILES = [str(tmp_path / "next.pem")]
    sealed("Two")
    old = LogKey.objects.earliest("id")
    old.retired_at = timezone.now()
    old.save()
    LogKey.objects.create(
        purpose="DOCUMENTS", name="Signer", fingerprint="f" * 64, public="-----BEGIN CERTIFICATE-----\nx\n",
        first_used_at=timezone.now(),
    )  # fmt: skip
    listed = text(client, "/verify/keys")
    for key in keys.known_vkeys():
        assert f"\n{key}\n#   first used 20" in listed
    assert listed.count(", retired 20") == 1
    assert "# SHA-256 " + "f" * 64 in listed
    assert [key["retired_at"] is None for key in client.get("/verify/index").json()["keys"]["checkpoints"]] == [
        True, False,
    ]  # fmt: skip


def test_the_verifier_that_is_handed_out_is_the_one_in_the_docs_and_works_with_what_is_published(
    client: Client, tmp_path: Path
) -> None:
    first, second = sealed("One"), sealed("Two")
    answer: Any = client.get("/verify/verify.py")
    content = b"".join(answer.streaming_content)
    assert content == (Path(configured.BASE_DIR) / "docs" / "verify.py").read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]
    (tmp_path / "verify.py").write_bytes(content)
    for name, address in (
        ("old", f"/verify/checkpoints/{first.size}"),
        ("new", f"/verify/checkpoints/{second.size}"),
        ("proof", f"/verify/consistency?old={first.size}"),
    ):
        (tmp_path / name).write_text(text(client, address))
    vkey = next(line for line in text(client, "/verify/keys").splitlines() if "+" in line and line[0] != "#")
    run = subprocess.run(
        [sys.executable, "verify.py", "checkpoint", "new", "old", "--key", vkey, "--proof", "proof"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_program_that_asks_too_often_is_told_in_text(client: Client) -> None:
    answers = (client.get("/verify/keys") for _each in range(500))  # the minute that is counted may end meanwhile
    answer = next(answer for answer in answers if answer.status_code != 200)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("text/plain")
