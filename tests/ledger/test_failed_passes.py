"""A pass that fails changes nothing, a tree that was tampered with is not signed, and what is signed is remembered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from registry.kernel.ledger import keys, merkle, proving, published, sequencing, tiles
from registry.kernel.ledger.sequencing import Sequencer
from registry.models import AuditEntry, Checkpoint, Leaf, Tile, Vendor
from tests.ledger.switching import off

pytestmark = pytest.mark.django_db(transaction=True)


def vendors(number: int, prefix: str = "V") -> None:
    with transaction.atomic():
        for n in range(number):
            Vendor.objects.create(name=f"{prefix}{n}")


def remembered() -> int:
    return (published.last_published() or ("", 0, ""))[1]


def signed() -> Checkpoint:
    last = proving.latest()
    assert last is not None
    return last


def without_key(settings: Any, _patch: pytest.MonkeyPatch) -> type[Exception]:
    settings.LEDGER_KEY_FILES, settings.IS_LOCAL = ["/nowhere/ledger.pem"], False
    return keys.KeyMissing


def with_a_fault(_settings: Any, patch: pytest.MonkeyPatch) -> type[Exception]:
    def write(*_arguments: object) -> str:
        raise RuntimeError("something nobody foresaw")

    patch.setattr(sequencing, "write", write)
    return RuntimeError


@pytest.mark.parametrize("spoil", [without_key, with_a_fault])
def test_after_several_failed_passes_of_one_sequencer_every_entry_gets_its_place(
    spoil: Callable[[Any, pytest.MonkeyPatch], type[Exception]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequencer, good = Sequencer(), settings.LEDGER_KEY_FILES
    vendors(3)
    sequencer.advance()
    vendors(4, "Waiting ")
    with monkeypatch.context() as patch:
        expected = spoil(settings, patch)
        for _pass in range(4):
            with pytest.raises(expected):
                sequencer.advance()
            assert proving.state().waiting == 4
    settings.LEDGER_KEY_FILES, settings.IS_LOCAL = good, True
    assert sequencer.advance() == 4
    vendors(1, "Later ")
    sequencer.advance()
    assert Leaf.objects.count() == AuditEntry.objects.count()
    assert proving.state().waiting == 0


def test_a_pass_that_fails_settles_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sequencer = Sequencer()
    vendors(2)
    sequencer.advance()
    before = (sequencer.settled, sequencer.mark, sequencer.edge)
    vendors(2, "More ")
    with_a_fault(settings, monkeypatch)
    for _pass in range(3):
        with pytest.raises(RuntimeError):
            sequencer.advance()
    assert (sequencer.settled, sequencer.mark, sequencer.edge) == before


def rewrite_the_last_entry_and_its_tile() -> None:
    """As somebody who owns the tables would, but for the checkpoint, which only the key could sign."""
    last, tile = AuditEntry.objects.latest("id"), Tile.objects.filter(level=0).latest("index")
    payload = bytes(last.payload or b"").replace(b"V", b"W")
    hashed = merkle.leaf(payload)
    with off("registry_auditentry", "holdfast_append_only") as cursor:
        cursor.execute(
            "UPDATE registry_auditentry SET payload = %s, leaf_hash = %s WHERE id = %s", [payload, hashed, last.pk]
        )
    with off("ledger_tile", "holdfast_tile_grows") as cursor:
        cursor.execute("UPDATE ledger_tile SET data = %s WHERE id = %s", [bytes(tile.data)[:-32] + hashed, tile.pk])


def test_a_tree_that_was_rewritten_under_the_last_checkpoint_is_not_grown() -> None:
    vendors(3)
    sequencing.advance()
    last = signed()
    rewrite_the_last_entry_and_its_tile()
    assert tiles.Edge.stored().root().hex() != last.root
    vendors(1, "Later ")
    with pytest.raises(published.Forked, match="stored tree is not the one that was signed"):
        sequencing.advance()
    assert signed() == last


def test_a_tree_that_was_rewritten_is_found_before_anything_waits() -> None:
    vendors(3)
    sequencing.advance()
    rewrite_the_last_entry_and_its_tile()
    with pytest.raises(published.Forked, match="Somebody changed it"):
        Sequencer().advance()


def test_a_hole_in_the_tree_is_found_and_named() -> None:
    vendors(300)
    sequencing.advance()
    first = (signed().origin, signed().size, signed().root)
    vendors(300, "More ")
    sequencing.advance()
    with off("ledger_tile", "holdfast_tile_grows") as cursor:
        cursor.execute("DELETE FROM ledger_tile WHERE level = 0 AND index = 1")
    published.publish(first)
    with pytest.raises(published.Forked, match="not those that were signed"):
        sequencing.advance()


def test_what_could_not_be_remembered_is_not_signed(settings: Any, tmp_path: Path) -> None:
    vendors(2)
    (tmp_path / "file").write_text("")
    settings.LEDGER_STATE_FILE = str(tmp_path / "file" / "below")
    for _pass in range(2):
        with pytest.raises(OSError, match="Not a directory"):
            sequencing.advance()
    assert not Checkpoint.objects.exists()
    assert not Leaf.objects.exists()


def test_a_full_disk_stops_the_signing_and_not_only_the_remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    vendors(2)
    sequencing.advance()
    size = signed().size
    vendors(2, "More ")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("registry.kernel.ledger.published.os.fsync", full)
        for _pass in range(3):
            with pytest.raises(OSError, match="No space left"):
                sequencing.advance()
    assert signed().size == remembered() == size
    sequencing.advance()
    assert signed().size == remembered() == AuditEntry.objects.count()


def test_killed_between_signing_and_remembering_the_next_one_catches_up_though_nothing_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vendors(2)
    sequencing.advance()
    vendors(1, "Later ")

    def killed() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sequencing, "put_in_place", killed)
        with pytest.raises(KeyboardInterrupt):
            sequencing.advance()
    assert remembered() < signed().size
    assert Sequencer().advance() == 0
    assert remembered() == signed().size


def test_a_memory_that_stays_behind_is_a_trouble_until_it_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck() -> None:
        raise OSError(16, "Device or resource busy")

    sequencer = Sequencer()
    vendors(2)
    sequencer.advance()
    vendors(1, "Later ")
    with monkeypatch.context() as patch:
        patch.setattr(sequencing, "put_in_place", stuck)
        patch.setattr(published, "put_in_place", stuck)
        size = 0
        for _pass in range(3):
            with pytest.raises(OSError, match="busy"):
                sequencer.advance()
            assert size in (0, signed().size), "one checkpoint at most runs ahead"
            size = signed().size
            vendors(1, f"{_pass} ")
    sequencer.advance()
    assert remembered() == signed().size == AuditEntry.objects.count()
