"""The memory of what was signed last is lost: nothing is signed until the log was held against what is outside."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.kernel.ledger import keys, proving, published, sequencing
from registry.kernel.ledger.notes import read
from registry.models import AuditEntry, Checkpoint, Vendor
from tests import people
from tests.databases import copied, pointing_at
from tests.ledger.outside.conftest import sealed

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "holdfast.localhost/log"


@pytest.fixture
def state(settings: Any) -> Path:
    return Path(settings.LEDGER_STATE_FILE)


def lose(state: Path) -> None:
    state.unlink()


def damage(state: Path) -> None:
    state.write_text("half a fi")


def go_on(*more: object) -> str:
    out = StringIO()
    arguments = ("--reason", "New machine", "--by", "ada.admin@example.test", *map(str, more))
    call_command("continue_log", *arguments, stdout=out)
    return out.getvalue()


def verified() -> tuple[str, int]:
    """What `verify_ledger` says, and how it ends."""
    said = StringIO()
    try:
        call_command("verify_ledger", stdout=said, stderr=said)
    except SystemExit as ended:
        return said.getvalue(), int(str(ended.code))
    return said.getvalue(), 0


def kept(checkpoint: Checkpoint, folder: Path) -> Path:
    """As it comes out of a mail."""
    file = folder / "kept.txt"
    file.write_bytes(b"\r\n" + checkpoint.note.replace("\n", "\r\n").encode() + b"\r\n")
    return file


def test_a_first_start_needs_no_memory(state: Path) -> None:
    assert not state.exists()
    assert sealed("One").size == AuditEntry.objects.count()
    assert published.last_published() == (ORIGIN, AuditEntry.objects.count(), proving.latest().root)  # type: ignore[union-attr]


def test_a_kill_right_after_the_first_checkpoint_is_no_loss_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    Vendor.objects.create(name="One")
    with monkeypatch.context() as dying:
        dying.setattr(sequencing, "put_in_place", killed)
        with pytest.raises(KeyboardInterrupt):
            sequencing.advance()
    assert proving.latest() is not None
    last = sealed("Two")
    assert published.last_published() == (ORIGIN, last.size, last.root)


@pytest.mark.parametrize("spoil", [lose, damage])
def test_a_log_whose_memory_is_lost_is_not_signed_until_somebody_says_so(
    spoil: Callable[[Path], None], state: Path
) -> None:
    people.administrator()
    last = sealed("One")
    spoil(state)
    Vendor.objects.create(name="Two")
    for _pass in range(2):
        with pytest.raises(published.Unremembered, match="continue_log --newest-checkpoint"):
            sequencing.advance()
    assert proving.latest() == last


@pytest.mark.parametrize("spoil", [lose, damage])
def test_held_against_a_checkpoint_from_outside_it_goes_on_under_its_name(
    spoil: Callable[[Path], None], state: Path, tmp_path: Path
) -> None:
    by = people.administrator()
    outside = sealed("One")
    sealed("Two")
    spoil(state)
    assert f"over {outside.size} entries" in go_on("--newest-checkpoint", kept(outside, tmp_path))
    adopted = AuditEntry.objects.get(event="CHECKPOINT_ADOPTED")
    assert adopted.detail == {"origin": ORIGIN, "size": outside.size, "root": outside.root}
    assert (adopted.actor_id, adopted.reason) == (by.pk, "New machine")
    assert sealed("Three").origin == ORIGIN
    assert published.last_published() == (ORIGIN, AuditEntry.objects.count(), proving.latest().root)  # type: ignore[union-attr]


def test_a_database_behind_the_checkpoint_from_outside_is_not_signed_for(state: Path, tmp_path: Path) -> None:
    people.administrator()
    sealed("Yesterday")
    with copied("test_outside_behind") as backup:
        outside = kept(sealed("Today"), tmp_path)
        lose(state)
        with pointing_at(backup):
            with pytest.raises(CommandError, match="set back to an earlier state"):
                go_on("--newest-checkpoint", outside)
            assert not AuditEntry.objects.filter(event="CHECKPOINT_ADOPTED").exists()
            with pytest.raises(published.Forked, match="set back to an earlier state"):
                sequencing.advance()
            assert "goes on as" in go_on()
            assert sealed("Later").origin == f"{ORIGIN}/2"


def test_a_database_that_disagrees_with_the_checkpoint_from_outside_is_not_signed_for(
    state: Path, tmp_path: Path
) -> None:
    people.administrator()
    sealed("Yesterday")
    with copied("test_outside_other") as other:
        outside = kept(sealed("Today"), tmp_path)
        lose(state)
        with pointing_at(other):
            published.publish((ORIGIN, 0, ""))
            Vendor.objects.create(name="Something else")
            published.go_on_from(proving.latest())
            sealed("And more")
            lose(state)
            with pytest.raises(CommandError, match="rewritten"):
                go_on("--newest-checkpoint", outside)
            with pytest.raises(published.Forked, match="rewritten"):
                sequencing.advance()


@pytest.mark.parametrize("text", ["", "nonsense", f"{ORIGIN}\n9\nAAAA\n\n\u2014 somebody AAAA\n"])
def test_what_no_known_key_signed_is_not_adopted(text: str, state: Path, tmp_path: Path) -> None:
    people.administrator()
    sealed("One")
    lose(state)
    (tmp_path / "kept.txt").write_text(text)
    with pytest.raises(CommandError, match="not adopted"):
        go_on("--newest-checkpoint", tmp_path / "kept.txt")
    with pytest.raises(CommandError, match="No such file"):
        go_on("--newest-checkpoint", tmp_path / "nothing.txt")
    assert not state.exists()


def test_an_older_checkpoint_does_not_take_the_place_of_a_newer_memory(state: Path, tmp_path: Path) -> None:
    people.administrator()
    outside = sealed("One")
    newest = sealed("Two")
    go_on("--newest-checkpoint", kept(outside, tmp_path))
    assert published.last_published() == (ORIGIN, newest.size, newest.root)


@pytest.mark.parametrize("spoil", [lose, damage])
def test_without_any_checkpoint_outside_it_goes_on_under_a_name_it_cannot_have_had(
    spoil: Callable[[Path], None], state: Path
) -> None:
    people.administrator()
    last = sealed("One")
    spoil(state)
    assert "or more: nobody knows" in go_on()
    entry = AuditEntry.objects.get(event="LOG_RESTARTED")
    assert entry.detail["lost_end"] == "unknown"
    assert (entry.detail["lost_size"], entry.detail["kept_size"]) == (last.size, last.size)
    newest = sealed("Two")
    assert newest.origin == f"{ORIGIN}/{entry.at:%Y%m%d%H%M%S}"
    assert read(newest.note, keys.known_vkeys()).origin == newest.origin


def test_the_check_says_that_it_compared_with_nothing_outside(state: Path) -> None:
    sealed("One")
    said, status = verified()
    assert (status, "Everything agrees" in said) == (0, True)
    lose(state)
    said, status = verified()
    assert (status, "Everything agrees" in said) == (0, False)
    assert "The record agrees with itself" in said
    assert "not compared with what was published" in said
