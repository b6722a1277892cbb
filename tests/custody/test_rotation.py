"""Another key for what is stored: beside the old copy, read back, then put on record."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from registry.kernel.files import StoredFile, keep_bytes
from registry.kernel.storage import claiming, content, rotation
from registry.kernel.storage.rotation import rotate_all
from tests import databases
from tests.custody.conftest import KEYS
from tests.stored import damage

pytestmark = pytest.mark.django_db


def kept(data: bytes) -> StoredFile:
    return keep_bytes(data, media_type="text/plain", at=timezone.now())


def again(stored: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=stored.pk)


def test_plain_and_older_files_come_under_the_current_key(kept_in: str, settings: Any) -> None:
    plain = kept(b"plain")
    settings.FILES_KEYS = KEYS[1:]
    old = kept(b"old")
    settings.FILES_KEYS = KEYS
    assert [turned.moved for turned in rotate_all()] == [True, True]
    for stored in (plain, old):
        assert again(stored).key_id == "k2"
        assert again(stored).digest() == stored.sha256
        assert content.leftovers(stored.sha256, "k2") == []
    settings.FILES_KEYS = KEYS[:1]
    assert again(old).read_bytes() == b"old"


def test_running_it_again_changes_nothing(settings: Any) -> None:
    kept(b"words")
    settings.FILES_KEYS = KEYS
    list(rotate_all())
    assert [(turned.moved, turned.problem) for turned in rotate_all()] == [(False, "")]


def test_an_old_copy_that_was_left_is_taken_away(settings: Any) -> None:
    stored = kept(b"words")
    settings.FILES_KEYS = KEYS
    content.put(iter([b"words"]), stored.sha256, 5, KEYS[0])  # as when it was killed before the record
    assert [turned.moved for turned in rotate_all()] == [True]
    assert content.leftovers(stored.sha256, "k2") == []
    content.store().put(stored.sha256, iter([b"words"]), 5)  # as when it was killed after the record
    assert [turned.moved for turned in rotate_all()] == [False]
    assert content.leftovers(stored.sha256, "k2") == []


def test_an_altered_file_is_left_as_it_was_and_named(settings: Any) -> None:
    stored, sound = kept(b"words"), kept(b"others")
    damage(stored, b"wards")
    settings.FILES_KEYS = KEYS
    told = StringIO()
    with pytest.raises(CommandError, match="1 files are not under the current key"):
        call_command("rotate_file_keys", stdout=told, stderr=told)
    assert stored.sha256[:12] in told.getvalue()
    assert (again(stored).key_id, again(sound).key_id) == ("", "k2")
    assert content.locate(stored.sha256, "") == ""


def test_a_file_that_somebody_has_in_hand_is_tried_again_then_named(settings: Any, monkeypatch: Any) -> None:
    """A lock of another connection stands in for the process that reads it."""
    stored = kept(b"words")
    settings.FILES_KEYS = KEYS
    monkeypatch.setattr(rotation, "PAUSE", 0.0)
    name = str(connection.settings_dict["NAME"])
    with databases.connect(name) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [claiming._SPACE, stored.pk])
        told = StringIO()
        with pytest.raises(CommandError, match="1 files are not under the current key"):
            call_command("rotate_file_keys", stdout=told, stderr=told)
    assert f"{stored.sha256[:12]}  Another process has this file in hand" in told.getvalue()
    call_command("rotate_file_keys", stdout=StringIO())
    assert again(stored).key_id == "k2"


def test_a_file_that_came_under_an_old_key_meanwhile_is_no_success(settings: Any, monkeypatch: Any) -> None:
    kept(b"words")
    settings.FILES_KEYS = KEYS
    monkeypatch.setattr("registry.management.commands.rotate_file_keys.rotate_all", lambda: iter(()))
    with pytest.raises(CommandError, match="1 files are not under the current key"):
        call_command("rotate_file_keys", stdout=StringIO())


def test_without_a_key_there_is_nothing_to_turn_to() -> None:
    with pytest.raises(CommandError, match="No key is configured"):
        call_command("rotate_file_keys")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("k1", "not base64|has 0 bytes"),
        ("k 1:AAAA", "entries like id:key"),
        ("k1:!!!", "not base64"),
        ("k1:AAAA", "has 3 bytes"),
        (f"k1:{'A' * 43}=,k1:{'A' * 43}=", "names a key id twice"),
    ],
)
def test_keys_that_cannot_be_used_stop_the_start(monkeypatch: Any, given: str, sentence: str) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from config.environment import file_keys

    monkeypatch.setenv("FILES_KEYS", given)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        file_keys()


def test_keys_come_from_a_file_too(monkeypatch: Any, tmp_path: Any) -> None:
    from config.environment import file_keys

    path = tmp_path / "keys"
    path.write_text(f"k2:{'A' * 43}=\nk1:{'B' * 43}=\n")
    monkeypatch.setenv("FILES_KEYS_FILE", str(path))
    assert [name for name, _secret in file_keys()] == ["k2", "k1"]
