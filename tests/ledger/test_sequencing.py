"""The sequencer: every committed entry gets one place, in the order of what happened, and no fork is ever signed."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from registry.kernel.audit.events import note as event
from registry.kernel.ledger import keys, merkle, proving, published, rotating, sequencing
from registry.kernel.ledger.notes import read
from registry.models import AuditEntry, Checkpoint, Leaf, LogKey, Tile, Vendor
from tests.verifier.running import verifier

pytestmark = pytest.mark.django_db(transaction=True)


def vendors(number: int, prefix: str = "V") -> None:
    with transaction.atomic():
        for n in range(number):
            Vendor.objects.create(name=f"{prefix}{n}")


def hashes() -> list[bytes]:
    return [bytes(hashed) for hashed in Leaf.objects.order_by("index").values_list("entry__leaf_hash", flat=True)]


def in_another_session(work: Any) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_every_entry_gets_a_place_and_the_root_of_all_is_signed() -> None:
    vendors(10)
    assert sequencing.advance() == AuditEntry.objects.count()
    last = proving.latest()
    assert last is not None
    note = read(last.note, keys.known_vkeys())
    assert (note.size, note.root) == (len(hashes()), merkle.fold(hashes()))
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(note.size))


def test_a_second_pass_finds_nothing_to_do() -> None:
    vendors(3)
    sequencing.advance()
    assert sequencing.advance() == 0
    assert Checkpoint.objects.count() == 1


def test_the_tree_grows_the_same_however_it_is_cut_into_passes() -> None:
    vendors(600)
    sequencer = sequencing.Sequencer()
    for batch in (1, 255, 1, 300, 7, 4000):
        sequencer.advance(batch=batch)
        last = proving.latest()
        assert last is not None
        assert last.root == merkle.fold(hashes()).hex()
    assert Tile.objects.filter(level=1).get().width == Leaf.objects.count() // 256


def test_proofs_out_of_the_stored_tree_hold() -> None:
    vendors(600)
    sequencing.advance()
    all_of_them, size = hashes(), Leaf.objects.count()
    root = merkle.fold(all_of_them)
    for index in (0, 1, 255, 256, 511, 512, size - 1):
        path = proving.inclusion(index, size)
        assert merkle.verify_inclusion(index, size, all_of_them[index], path) == root
    for old in (1, 255, 256, 257, 511, 512, size):
        assert verifier.continues(old, size, proving.consistency(old, size), merkle.fold(all_of_them[:old]), root)


def test_a_long_transaction_holds_back_nobody_elses_entries() -> None:
    sequencing.advance()
    begun, may_end = threading.Event(), threading.Event()

    def long() -> None:
        with transaction.atomic():
            Vendor.objects.create(name="Slow")
            begun.set()
            may_end.wait(20)

    thread = in_another_session(long)
    begun.wait(20)
    vendors(5, "Fast")
    sequencer = sequencing.Sequencer()
    assert sequencer.advance() == 5
    may_end.set()
    thread.join()
    assert sequencer.advance() == 1
    assert Leaf.objects.count() == AuditEntry.objects.count()


def test_what_is_rolled_back_leaves_no_hole_in_the_log() -> None:
    sequencer = sequencing.Sequencer()
    for n in range(5):
        vendors(2, f"Kept {n} ")
        with transaction.atomic():
            Vendor.objects.create(name="Never")
            transaction.set_rollback(True)
        sequencer.advance()
    assert Leaf.objects.count() == AuditEntry.objects.count()
    assert AuditEntry.objects.latest("id").pk > AuditEntry.objects.count()


def test_the_settled_number_moves_up_behind_the_entries() -> None:
    """Transactions of other databases on the same server hold it back for as long as they last, no longer."""
    sequencer = sequencing.Sequencer()
    vendors(2)
    first = AuditEntry.objects.latest("id").pk
    deadline = time.monotonic() + 60
    while (sequencer.settled or 0) < first and time.monotonic() < deadline:
        vendors(1, f"{time.monotonic()} ")
        sequencer.advance()
    assert first <= (sequencer.settled or 0) <= AuditEntry.objects.latest("id").pk


def test_while_one_sequencer_is_at_it_another_does_nothing() -> None:
    vendors(2)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequencing.LOCK])
        results: list[int] = []
        in_another_session(lambda: results.append(sequencing.Sequencer().advance())).join()
    assert results == [0]


def test_a_database_set_back_to_yesterday_is_not_signed_for(settings: Any) -> None:
    vendors(3)
    sequencing.advance()
    state = Path(settings.LEDGER_STATE_FILE)
    origin, size, root = published.last_published() or ("", 0, "")
    state.write_text(f"{origin}\n{size + 5}\n{'0' * 64}\n")
    event("EXPORTED", at=proving.latest().signed_at)  # type: ignore[union-attr]
    with pytest.raises(published.Forked, match="set back to an earlier state"):
        sequencing.advance()
    state.write_text(f"{origin}\n{size}\n{'0' * 64}\n")
    with pytest.raises(published.Forked, match="rewritten"):
        sequencing.advance()
    assert Leaf.objects.count() == size
    state.write_text(f"{origin}\n{size}\n{root}\n")
    assert sequencing.advance() == 1


def test_a_log_that_was_rewritten_behind_what_was_signed_is_not_signed_for(settings: Any) -> None:
    vendors(3)
    sequencing.advance()
    first = proving.latest()
    assert first is not None
    vendors(3, "More")
    sequencing.advance()
    Path(settings.LEDGER_STATE_FILE).write_text(f"{first.origin}\n{first.size}\n{'1' * 64}\n")
    vendors(1, "Last")
    with pytest.raises(published.Forked, match="rewritten"):
        sequencing.advance()


def test_without_a_key_nothing_is_lost_and_the_reason_is_said(settings: Any) -> None:
    settings.LEDGER_KEY_FILES, settings.IS_LOCAL = ["/nowhere/ledger.pem"], False
    vendors(2)
    with pytest.raises(keys.KeyMissing, match=r"ledger\.pem is not there"):
        sequencing.advance()
    assert not Leaf.objects.exists()
    settings.IS_LOCAL, settings.LEDGER_KEY_FILES = True, [str(Path(settings.LEDGER_STATE_FILE).parent / "new.pem")]
    assert sequencing.advance() == AuditEntry.objects.count()


def test_every_key_that_ever_signed_is_remembered(settings: Any) -> None:
    folder = Path(settings.LEDGER_STATE_FILE).parent
    settings.LEDGER_KEY_FILES = [str(folder / "one.pem")]
    vendors(1, "One")
    sequencing.advance()
    rotating.announce(rotating.vkey_in(folder / "two.pem"), at=timezone.now())
    sequencing.advance()
    settings.LEDGER_KEY_FILES = [str(folder / "two.pem")]
    vendors(1, "Two")
    sequencing.advance()
    assert LogKey.objects.count() == 2
    assert (folder / "one.pem").stat().st_mode & 0o777 == 0o600
    for checkpoint in Checkpoint.objects.all():
        read(checkpoint.note, keys.known_vkeys())


def test_what_ends_late_is_not_passed_over_by_what_began_before_it() -> None:
    """The first transaction writes after the second has written, and ends while the second is open."""
    began, wrote, release = threading.Event(), threading.Event(), threading.Event()

    def early() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            began.set()
            wrote.wait(20)
            event("LOOKED_AT", at=timezone.now(), reason="Began first, wrote last, ended first")

    def late() -> None:
        began.wait(20)
        with transaction.atomic():
            event("LOOKED_AT", at=timezone.now(), reason="Still open")
            wrote.set()
            release.wait(20)

    threads = [in_another_session(early), in_another_session(late)]
    threads[0].join(20)
    sequencer = sequencing.Sequencer()
    for _pass in range(3):
        sequencer.advance()
    release.set()
    threads[1].join(20)
    sequencer.advance()
    assert Leaf.objects.count() == AuditEntry.objects.count()
