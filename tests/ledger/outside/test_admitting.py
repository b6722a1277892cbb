"""A key signs when it is the first or its turn was announced, and never again once it was retired."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from registry.kernel.ledger import keys, proving, rotating, sequencing
from registry.kernel.ledger.notes import read
from registry.models import AuditEntry, Checkpoint, Leaf, LogKey, Vendor
from tests import people
from tests.ledger.outside.conftest import announced, sealed

pytestmark = pytest.mark.django_db


def refused(sentence: str) -> None:
    Vendor.objects.create(name=f"Waiting {Vendor.objects.count()}")
    before = proving.latest()
    with pytest.raises(keys.KeyMissing, match=sentence):
        sequencing.advance()
    assert proving.latest() == before


def test_a_key_that_nobody_announced_signs_nothing(settings: Any, tmp_path: Path) -> None:
    first = settings.LEDGER_KEY_FILES
    sealed("One")
    for files in ([str(tmp_path / "other.pem")], [str(tmp_path / "other.pem"), *first]):
        settings.LEDGER_KEY_FILES = files
        refused("was not announced in the log")
    assert LogKey.objects.count() == 1
    settings.LEDGER_KEY_FILES = first
    assert sealed("Two").size == AuditEntry.objects.count()


def test_a_key_signs_only_after_a_checkpoint_covers_its_announcement(settings: Any, tmp_path: Path) -> None:
    first = settings.LEDGER_KEY_FILES
    sealed("One")
    new = rotating.vkey_in(tmp_path / "new.pem")
    rotating.announce(new, at=timezone.now())
    settings.LEDGER_KEY_FILES = [str(tmp_path / "new.pem"), *first]
    refused("no checkpoint covers that yet")
    settings.LEDGER_KEY_FILES = first
    sequencing.advance()
    settings.LEDGER_KEY_FILES = [str(tmp_path / "new.pem"), *first]
    assert read(sealed("Two").note, keys.known_vkeys()).signed_by[0] == new


def test_a_retired_key_signs_nothing_again(settings: Any, tmp_path: Path) -> None:
    first = settings.LEDGER_KEY_FILES
    sealed("One")
    new = announced(tmp_path / "new.pem")
    settings.LEDGER_KEY_FILES = [str(tmp_path / "new.pem")]
    sealed("Two")
    rotating.retire(still_signing=[new], at=timezone.now())
    settings.LEDGER_KEY_FILES = [str(tmp_path / "new.pem"), *first]
    refused("was retired and must not sign again")
    settings.LEDGER_KEY_FILES = [str(tmp_path / "new.pem")]
    assert read(sealed("Three").note, keys.known_vkeys()).signed_by == (new,)


def test_all_keys_of_the_first_checkpoint_are_first_keys(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_KEY_FILES = [str(tmp_path / "one.pem"), str(tmp_path / "two.pem")]
    assert len(read(sealed("One").note, keys.known_vkeys()).signed_by) == 2


def test_a_log_whose_key_was_lost_goes_on_under_another_name(settings: Any, tmp_path: Path) -> None:
    person = people.administrator()
    before = sealed("One")
    settings.LEDGER_KEY_FILES = [str(tmp_path / "other.pem")]
    refused("--key-lost")
    call_command("continue_log", "--key-lost", "--reason", "the key burned", "--by", person.email, stdout=StringIO())
    after = sealed("Two")
    assert after.origin == f"{before.origin}/2"
    assert Leaf.objects.count() == AuditEntry.objects.count()
    entry = AuditEntry.objects.get(event="LOG_RESTARTED")
    assert (entry.detail["lost_size"], entry.detail["kept_size"]) == (before.size, before.size)
    assert Checkpoint.objects.filter(pk=before.pk).exists()


@pytest.mark.parametrize("name", ["", "two words", "plus+plus", "line\nbreak", "tab\there", "no\u00a0break", "x" * 181])
def test_a_log_is_not_signed_under_a_name_that_breaks_its_notes(name: str, settings: Any) -> None:
    settings.LEDGER_ORIGIN = name
    refused("LEDGER_ORIGIN")
