"""A key in a PKCS#11 device signs checkpoints, and a device that went away loses nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest

from registry.kernel.ledger import keys, proving, sequencing
from registry.kernel.ledger import pkcs11 as devices
from registry.kernel.ledger.notes import read
from registry.models import AuditEntry, Leaf, Vendor
from tests.ledger.outside.conftest import sealed

pytestmark = pytest.mark.django_db

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), "")
ED25519 = bytes.fromhex("06032b6570")
"""The curve by its object identifier, in DER."""

needs_softhsm = pytest.mark.skipif(not (MODULE and shutil.which("softhsm2-util")), reason="SoftHSM is not installed.")


@pytest.fixture(scope="module")
def token(tmp_path_factory: Any) -> Iterator[str]:
    """A SoftHSM token with an Ed25519 key called `ledger`. One for the module: the library is loaded once a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "log", "--pin", "1234", "--so-pin", "1234"],
        check=True, capture_output=True,
    )  # fmt: skip
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    with library.get_token(token_label="log").open(rw=True, user_pin="1234") as session:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: ED25519}, local=True
        )
        curve.generate_keypair(mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, label="ledger", store=True)
    yield "log"
    forget()
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


def forget() -> None:
    """Sessions end with their devices: one that stays signed in would let a wrong PIN pass."""
    for device in devices._devices.values():
        device.close()
    devices._devices.clear()


@pytest.fixture
def in_device(token: str, settings: Any) -> None:
    forget()
    settings.LEDGER_KEY_FILES = []
    settings.LEDGER_PKCS11_MODULE = MODULE
    settings.LEDGER_PKCS11_TOKEN, settings.LEDGER_PKCS11_LABEL = token, "ledger"
    settings.LEDGER_PKCS11_PIN = "1234"


@needs_softhsm
def test_a_device_signs_checkpoints_that_everybody_can_check(in_device: None) -> None:
    signer = devices.DeviceSigner.opened("log.example")
    note = read(sealed().note, keys.known_vkeys())
    assert len(note.signed_by) == 1
    assert signer.vkey.startswith("log.example+")
    assert signer.vkey.rpartition("+")[2] == note.signed_by[0].rpartition("+")[2]


@needs_softhsm
def test_the_session_is_opened_once_and_again_when_it_was_lost(in_device: None) -> None:
    sealed("One")
    (device,) = devices._devices.values()
    first = device.session
    sealed("Two")
    assert device.session is first
    first.close()
    sealed("Three")
    assert device.session is not first
    assert proving.latest().size == AuditEntry.objects.count()  # type: ignore[union-attr]


@needs_softhsm
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TOKEN", "nowhere", "cannot be used"),
        ("LABEL", "nothing", "cannot be used"),
        ("PIN", "9999", "cannot be used"),
        ("MODULE", "/nowhere/lib.so", "cannot be used"),
    ],
)
def test_a_device_that_cannot_be_used_is_named_and_nothing_is_lost(
    in_device: None, settings: Any, name: str, value: str, sentence: str
) -> None:
    before = getattr(settings, f"LEDGER_PKCS11_{name}")
    setattr(settings, f"LEDGER_PKCS11_{name}", value)
    Vendor.objects.create(name="One")
    with pytest.raises(keys.KeyMissing, match=sentence) as refused:
        sequencing.advance()
    assert "1234" not in str(refused.value)
    assert "9999" not in str(refused.value)
    assert not Leaf.objects.exists()
    setattr(settings, f"LEDGER_PKCS11_{name}", before)
    assert sequencing.advance() == AuditEntry.objects.count()


@needs_softhsm
def test_file_and_device_sign_side_by_side_while_one_follows_the_other(
    in_device: None, settings: Any, tmp_path: Path
) -> None:
    settings.LEDGER_KEY_FILES = [str(tmp_path / "file.pem")]
    assert len(read(sealed().note, keys.known_vkeys()).signed_by) == 2


class Away:
    """A device behind the same interface that answers when it likes to."""

    def __init__(self, public: bytes, failures: int) -> None:
        self.public, self.failures, self.opened = public, failures, 0

    def get_token(self, **_about: Any) -> "Away":
        return self

    def open(self, **_about: Any) -> "Away":
        self.opened += 1
        return self

    def get_key(self, object_class: Any, **_about: Any) -> Any:
        point = {pkcs11.Attribute.EC_POINT: self.public}
        return point if object_class == pkcs11.ObjectClass.PUBLIC_KEY else SimpleNamespace(sign=self.sign)

    def sign(self, message: bytes, **_how: Any) -> bytes:
        if self.failures:
            self.failures -= 1
            raise pkcs11.DeviceRemoved
        return b"s" * 64

    def close(self) -> None:
        raise pkcs11.SessionHandleInvalid


def opened(monkeypatch: Any, library: Away) -> devices.Device:
    monkeypatch.setattr(pkcs11, "lib", lambda _path: library)
    device = devices.Device(devices.Where("module", "token", "label", "pin"))
    device.open()
    return device


def test_a_device_that_was_taken_out_and_put_back_signs_again(monkeypatch: Any) -> None:
    library = Away(b"p" * 32, failures=1)
    device = opened(monkeypatch, library)
    assert device.sign(b"m") == b"s" * 64
    assert library.opened == 2


def test_a_device_that_stays_away_is_reported_and_asked_again_later(monkeypatch: Any) -> None:
    library = Away(b"\x04\x20" + b"p" * 32, failures=2)
    device = opened(monkeypatch, library)
    with pytest.raises(keys.KeyMissing, match="DeviceRemoved"):
        device.sign(b"m")
    assert device.sign(b"m") == b"s" * 64


def test_another_key_in_the_same_place_is_not_signed_with(monkeypatch: Any) -> None:
    library = Away(b"p" * 32, failures=1)
    device = opened(monkeypatch, library)
    library.public = b"q" * 32
    with pytest.raises(keys.KeyMissing, match="another key"):
        device.sign(b"m")


def test_a_key_of_another_kind_is_refused(monkeypatch: Any) -> None:
    with pytest.raises(keys.KeyMissing, match="not an Ed25519 key"):
        opened(monkeypatch, Away(b"p" * 65, failures=0))
