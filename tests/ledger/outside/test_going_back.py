"""A database that was set back, a log that was rewritten, a key that is gone: each is found out, said, and survived."""

import signal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.kernel.ledger import keys, proving, published, sequencing
from registry.kernel.ledger.notes import read
from registry.management.commands import seal
from registry.models import AuditEntry, Checkpoint, Heartbeat, Leaf, LogKey, Receipt, Tile, Vendor
from tests import people
from tests.databases import copied, pointing_at
from tests.ledger.outside.conftest import sealed
from tests.verifier.running import verifier

pytestmark = pytest.mark.django_db(transaction=True)


def go_on(**options: str) -> str:
    out = StringIO()
    given = {"reason": "Disk failure, backup of Friday", "by": "ada.admin@example.test", **options}
    call_command("continue_log", **given, stdout=out)
    return out.getvalue()


def test_a_database_restored_from_yesterday_is_not_signed_for_until_somebody_says_so() -> None:
    people.administrator()
    yesterday = sealed("Yesterday")
    with copied("test_outside_yesterday") as backup:
        today = sealed("Today")
        state = published.last_published()
        assert state == (today.origin, today.size, today.root)
        with pointing_at(backup):
            Vendor.objects.create(name="After the restore")
            with pytest.raises(published.Forked, match="set back to an earlier state"):
                sequencing.advance()
            assert proving.latest() == yesterday

            assert f"after {yesterday.size} entries" in go_on()
            entry = AuditEntry.objects.get(event="LOG_RESTARTED")
            assert entry.detail == {
                "lost_origin": today.origin, "lost_size": today.size, "lost_root": today.root,
                "kept_size": yesterday.size, "kept_origin": today.origin, "origin": f"{today.origin}/2",
            }  # fmt: skip
            assert entry.reason == "Disk failure, backup of Friday"
            sequencing.advance()
            newest = proving.latest()
            assert newest is not None
            note = read(newest.note, keys.known_vkeys())
            assert (note.origin, newest.size) == (f"{today.origin}/2", AuditEntry.objects.count())
            assert [key.retired_at is None for key in LogKey.objects.order_by("id")] == [False, True]
            path = proving.consistency(yesterday.size, newest.size)
            roots = [bytes.fromhex(each.root) for each in (yesterday, newest)]
            assert verifier.continues(yesterday.size, newest.size, path, *roots)
            with pytest.raises(CommandError, match="Nothing is wrong"):
                go_on()


def test_restored_twice_from_the_same_backup_no_name_is_used_twice() -> None:
    people.administrator()
    sealed("Yesterday")
    with copied("test_outside_twice") as backup:
        origin = sealed("Today").origin
        for name in (f"{origin}/2", f"{origin}/3"):
            with pointing_at(backup), copied("test_outside_again") as again, pointing_at(again):
                go_on()
                assert sealed("Later").origin == name


def test_killed_before_it_was_done_it_notes_the_loss_once(monkeypatch: Any, settings: Any) -> None:
    people.administrator()
    kept = sealed("One")
    Path(settings.LEDGER_STATE_FILE).write_text(f"{kept.origin}\n{kept.size + 5}\n{'0' * 64}\n")

    def killed(_checkpoint: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("registry.kernel.ledger.continuing.go_on_from", killed)
        with pytest.raises(KeyboardInterrupt):
            go_on()
    go_on()
    assert AuditEntry.objects.filter(event="LOG_RESTARTED").count() == 1
    assert sealed("Two").origin == f"{kept.origin}/2"


def test_an_empty_database_in_place_of_a_lost_one_goes_on_from_nothing(settings: Any) -> None:
    people.administrator()
    Path(settings.LEDGER_STATE_FILE).write_text(f"holdfast.localhost/log\n50\n{'0' * 64}\n")
    with pytest.raises(published.Forked, match="a log of 0"):
        sequencing.advance()
    go_on()
    assert sealed("One").origin == "holdfast.localhost/log/2"


@pytest.mark.parametrize("options", [{"reason": "  "}, {"by": "nobody@example.test"}, {}])
def test_continuing_needs_a_reason_a_person_and_a_loss(options: dict[str, str]) -> None:
    people.administrator()
    sealed("One")
    with pytest.raises(CommandError):
        go_on(**options)
    assert not AuditEntry.objects.filter(event="LOG_RESTARTED").exists()


def rewrite(name: str, to: str) -> None:
    """As somebody who owns tables and key would: the payload, its hash, every tile and every checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("registry_auditentry", "ledger_tile", "ledger_checkpoint", "ledger_leaf"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE registry_auditentry SET payload = replace(convert_from(payload, 'UTF8'), %s, %s)::bytea "
            "WHERE object_type = 'registry.vendor'",
            [name, to],
        )
        assert cursor.rowcount
        cursor.execute("UPDATE registry_auditentry SET leaf_hash = sha256('\\x00'::bytea || payload)")
        for model in (Receipt, Tile, Checkpoint, Leaf):
            model.objects.all().delete()
        for table in ("registry_auditentry", "ledger_tile", "ledger_checkpoint", "ledger_leaf"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET session_replication_role = origin")


def test_an_old_checkpoint_exposes_a_log_that_was_rewritten_and_signed_anew(settings: Any) -> None:
    with copied("test_outside_rewritten") as copy, pointing_at(copy):
        kept_outside = sealed("Blameless")
        old_root = bytes.fromhex(kept_outside.root)
        sealed("Later")
        rewrite("Blameless", "Spotless!")
        assert not Tile.objects.exists()
        with pytest.raises(published.Forked):
            sequencing.advance()
        Path(settings.LEDGER_STATE_FILE).unlink()
        sequencing.advance()
        newest = proving.latest()
        assert newest is not None
        assert read(newest.note, keys.known_vkeys()).size == newest.size, "validly signed, and yet:"
        path = proving.consistency(kept_outside.size, newest.size) if newest.size > kept_outside.size else []
        assert not verifier.continues(kept_outside.size, newest.size, path, old_root, bytes.fromhex(newest.root))


def run_once(command: seal.Command, monkeypatch: Any) -> None:
    """One turn of the sequencer's loop."""

    def stop(_seconds: float) -> None:
        command.is_stopping = True

    monkeypatch.setattr(command, "rest", stop)
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)
    command.handle(once=False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "is not there"),
        (b"nonsense", "not a readable PEM file"),
        ("folder", "cannot be read"),
    ],
)
def test_the_sequencer_says_what_is_wrong_with_its_key_and_loses_nothing(
    content: Any, sentence: str, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    sealed("Before")
    size = Checkpoint.objects.latest("size").size
    good = settings.LEDGER_KEY_FILES
    bad = tmp_path / "bad.pem"
    if content == "folder":
        bad.mkdir()
    elif content:
        bad.write_bytes(content)
    settings.LEDGER_KEY_FILES, settings.IS_LOCAL = [str(bad)], False
    Vendor.objects.create(name="Meanwhile")
    run_once(seal.Command(), monkeypatch)
    assert sentence in Heartbeat.objects.get(name__startswith="seal@").trouble
    assert Checkpoint.objects.latest("size").size == size

    settings.LEDGER_KEY_FILES = good
    run_once(seal.Command(), monkeypatch)
    assert Heartbeat.objects.get(name__startswith="seal@").trouble == ""
    assert Checkpoint.objects.latest("size").size == AuditEntry.objects.count()


def test_the_sequencer_says_that_it_cannot_remember_what_it_signed(
    settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "file").write_text("")
    settings.LEDGER_STATE_FILE = str(tmp_path / "file" / "below")
    Vendor.objects.create(name="One")
    run_once(seal.Command(), monkeypatch)
    assert "cannot be remembered" in Heartbeat.objects.get(name__startswith="seal@").trouble
    settings.LEDGER_STATE_FILE = str(tmp_path / "published")
    Path(settings.LEDGER_STATE_FILE).write_text("half a fi")
    run_once(seal.Command(), monkeypatch)
    assert "is damaged" in Heartbeat.objects.get(name__startswith="seal@").trouble
