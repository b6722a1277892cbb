"""One key of the log follows another: announced before it signs, both for a while, and the old one's end is noted."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.kernel.ledger import keys, proving, rotating, sequencing
from registry.kernel.ledger.notes import read, vkey_of
from registry.models import AuditEntry, Checkpoint, Leaf, LogKey, User
from tests import people
from tests.ledger.outside.conftest import sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return people.administrator()


def rotate(by: User, *arguments: str) -> str:
    out = StringIO()
    call_command("rotate_ledger_key", "--by", by.email, *arguments, stdout=out)
    return out.getvalue()


def signers(checkpoint: Checkpoint) -> list[str]:
    return list(read(checkpoint.note, keys.known_vkeys()).signed_by)


def test_in_local_mode_one_command_rotates_and_another_retires(by: User, settings: Any) -> None:
    (old,) = signers(sealed("One"))
    rotate(by, "--reason", "a year has passed")
    announced = AuditEntry.objects.get(event="KEY_ROTATED")
    new = announced.detail["new"]
    assert (announced.detail["old"], announced.actor_id, announced.reason) == (old, by.pk, "a year has passed")

    covering = Checkpoint.objects.filter(size__gt=Leaf.objects.get(entry=announced).index).earliest("size")
    assert signers(covering) == [old], "the new key signs only after the log has said so"
    assert signers(sealed("Two")) == [new, old]

    rotate(by, "--retire")
    assert signers(sealed("Three")) == [new]
    ended = AuditEntry.objects.get(event="KEY_RETIRED")
    assert (ended.detail["retired"], ended.detail["current"]) == (old, new)
    assert LogKey.objects.get(public=old).retired_at is not None
    assert LogKey.objects.get(public=new).retired_at is None

    rotate(by)
    assert len(signers(sealed("Four"))) == 2
    folder = Path(settings.LEDGER_KEY_FILES[0]).parent
    assert sorted(path.name for path in folder.iterdir()) == ["ledger-2.pem", "ledger-3.pem", "ledger.pem.retired"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    for checkpoint in Checkpoint.objects.all():
        signers(checkpoint)


def test_killed_after_the_announcement_it_goes_on_with_the_same_key(by: User, monkeypatch: Any) -> None:
    (old,) = signers(sealed("One"))

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            rotate(by)
    rotate(by)
    announced = AuditEntry.objects.get(event="KEY_ROTATED")
    assert signers(sealed("Two")) == [announced.detail["new"], old]


def test_in_production_it_announces_and_says_exactly_what_to_set(by: User, settings: Any, tmp_path: Path) -> None:
    (old,) = signers(sealed("One"))
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="--new PATH"):
        rotate(by)
    new_file, old_file = tmp_path / "2027.pem", settings.LEDGER_KEY_FILES[0]
    patience(seconds=0)
    with pytest.raises(CommandError, match="no checkpoint covers it yet"):
        rotate(by, "--new", str(new_file))
    sequencing.advance()
    said = rotate(by, "--new", str(new_file))
    assert f"LEDGER_KEY_FILE={new_file},{old_file}\n" in said
    assert AuditEntry.objects.filter(event="KEY_ROTATED").count() == 1

    with pytest.raises(CommandError, match="still signed the newest"):
        rotate(by, "--retire")
    settings.LEDGER_KEY_FILES = [str(new_file), old_file]
    new = AuditEntry.objects.get(event="KEY_ROTATED").detail["new"]
    assert signers(sealed("Two")) == [new, old]
    settings.LEDGER_KEY_FILES = [str(new_file)]
    sealed("Three")
    assert old in rotate(by, "--retire")


def patience(seconds: float) -> None:
    from registry.management.commands import rotate_ledger_key

    rotate_ledger_key.PATIENCE_SECONDS = seconds


@pytest.fixture(autouse=True)
def _patience() -> Any:
    yield
    patience(60.0)


def test_a_key_kept_elsewhere_is_announced_by_its_public_half(by: User, settings: Any, tmp_path: Path) -> None:
    sealed("One")
    vkey = rotating.vkey_in(tmp_path / "elsewhere.pem")
    assert "LEDGER_PKCS11_MODULE" in rotate(by, "--vkey", vkey)
    assert AuditEntry.objects.get(event="KEY_ROTATED").detail["new"] == vkey


@pytest.mark.parametrize(
    ("vkey", "sentence"), [("nonsense", "not a key"), (vkey_of("other.example", b"p" * 32), "is for other.example")]
)
def test_what_is_no_key_of_this_log_is_not_announced(by: User, vkey: str, sentence: str) -> None:
    sealed("One")
    with pytest.raises(CommandError):
        rotate(by, "--vkey", vkey)
    assert not AuditEntry.objects.filter(event="KEY_ROTATED").exists()
    with pytest.raises(rotating.RotationRefused, match=sentence):
        rotating.announce(vkey, at=Checkpoint.objects.latest("size").signed_at)


def test_a_key_that_signs_already_one_that_was_retired_and_a_log_without_keys_are_refused(by: User) -> None:
    with pytest.raises(CommandError, match="No checkpoint was signed yet"):
        rotate(by)
    (old,) = signers(sealed("One"))
    with pytest.raises(CommandError, match="signs already"):
        rotate(by, "--vkey", old)
    rotate(by)
    rotate(by, "--retire")
    sealed("Two")
    with pytest.raises(CommandError, match="was retired"):
        rotate(by, "--vkey", old)
    with pytest.raises(CommandError, match="No active person"):
        call_command("rotate_ledger_key", "--by", "nobody@example.test")
    assert proving.latest() is not None
