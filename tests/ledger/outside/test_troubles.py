"""Whatever goes wrong, the sequencer goes on, says so where people look, and says when it is over."""

import signal
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, ProgrammingError, connection

from registry.kernel.ledger import sequencing
from registry.kernel.ledger.checks import MISNAMED
from registry.kernel.ledger.notes import NoteError
from registry.management.commands import seal
from registry.models import AuditEntry, Checkpoint, Heartbeat, Tile, Vendor
from tests import people
from tests.ledger.outside.conftest import sealed
from tests.ledger.switching import off

pytestmark = pytest.mark.django_db(transaction=True)


def turns(number: int, patch: pytest.MonkeyPatch) -> None:
    """So many turns of the sequencer's loop."""
    command, rested = seal.Command(), []

    def rest(_seconds: float) -> None:
        rested.append(_seconds)
        command.is_stopping = len(rested) >= number

    patch.setattr(command, "rest", rest)
    patch.setattr(signal, "signal", lambda *_arguments: None)
    command.handle(once=False)


def trouble() -> str:
    return Heartbeat.objects.get(name__startswith="seal@").trouble


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (IntegrityError("duplicate key value\nDETAIL: of somebody"), "IntegrityError: duplicate key value"),
        (Tile.DoesNotExist("Tile matching query does not exist."), "tables of the ledger"),
        (ProgrammingError("permission denied for table ledger_leaf"), "permission denied for table"),
        (NoteError("The parts of this key do not belong together."), "do not belong together"),
        (OperationalError("gone"), "does not answer"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (RuntimeError("what nobody foresaw"), "what nobody foresaw"),
    ],
)
def test_no_failure_ends_the_sequencer_and_each_is_said(
    failure: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vendor.objects.create(name="One")

    def fails(*_arguments: object, **_options: object) -> None:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(sequencing, "_sign", fails)
        turns(3, patch)
    assert sentence in trouble()
    assert "of somebody" not in trouble()
    turns(1, monkeypatch)
    assert trouble() == ""
    assert Checkpoint.objects.latest("size").size == AuditEntry.objects.count()


def test_a_heartbeat_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    Vendor.objects.create(name="One")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_heartbeat RENAME TO hidden_away")
    try:
        turns(2, monkeypatch)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE hidden_away RENAME TO registry_heartbeat")
    assert Checkpoint.objects.latest("size").size == AuditEntry.objects.count()
    turns(1, monkeypatch)
    assert trouble() == ""


def test_a_tree_with_a_hole_is_said_and_goes_on_being_said(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed("One")
    with off("ledger_tile", "holdfast_tile_grows") as cursor:
        cursor.execute("DELETE FROM ledger_tile")
    for _start in range(2):
        turns(2, monkeypatch)
        assert "stored tree is not the one that was signed" in trouble()


def test_sealing_once_ends_with_the_sentence(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sealed("One")
    (tmp_path / "file").write_text("")
    settings.LEDGER_STATE_FILE = str(tmp_path / "file" / "below")
    with pytest.raises(CommandError, match="cannot be remembered: Not a directory"):
        call_command("seal", "--once")


def test_continuing_with_a_damaged_memory_ends_with_a_sentence_or_goes_on(settings: Any) -> None:
    people.administrator()
    Path(settings.LEDGER_STATE_FILE).write_text("half a fi")
    call_command("continue_log", "--reason", "Half a file", "--by", "ada.admin@example.test")
    assert sealed("One").size == AuditEntry.objects.count()


@pytest.mark.parametrize("name", ["", "two words", "plus+plus", "line\nbreak"])
def test_a_name_no_key_can_have_is_found_at_check_time_and_said(
    name: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEDGER_ORIGIN = "holdfast.example.org/log"
    assert MISNAMED not in [each.id for each in checks.run_checks()]
    settings.LEDGER_ORIGIN = name
    assert MISNAMED in [each.id for each in checks.run_checks()]
    Vendor.objects.create(name="One")
    turns(1, monkeypatch)
    assert "LEDGER_ORIGIN" in trouble()
    assert not Checkpoint.objects.exists()
