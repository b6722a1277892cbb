"""Keys that sign checkpoints: Ed25519, from files, from the environment, or kept in a PKCS#11 device.

Several keys sign side by side while one follows another: whoever knows only the old one goes on believing, until
it is retired.
"""

import base64
import binascii
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from registry.kernel.ledger.models import LogKey
from registry.kernel.ledger.notes import Signer, vkey_of
from registry.kernel.ledger.origins import fault_of


class KeyMissing(Exception):
    """No usable key; the message says what an administrator must do."""


@dataclass(frozen=True)
class KeySigner:
    """A key held in memory."""

    name: str
    private: Ed25519PrivateKey

    @property
    def vkey(self) -> str:
        return vkey_of(self.name, public_bytes(self.private))

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def checkpoint_signers(origin: str) -> list[Signer]:
    """All keys that sign now, the current one first. Raises KeyMissing, also where no key can have this name."""
    if fault := fault_of(origin):
        raise KeyMissing(fault)
    signers: list[Signer] = [KeySigner(origin, _from_file(path)) for path in key_files()]
    if settings.LEDGER_KEY:
        signers.append(KeySigner(origin, _from_text(settings.LEDGER_KEY)))
    if settings.LEDGER_PKCS11_MODULE:
        from registry.kernel.ledger.pkcs11 import DeviceSigner

        signers.append(DeviceSigner.opened(origin))
    if not signers:
        raise KeyMissing("No key to sign the log with is set: LEDGER_KEY_FILE, LEDGER_KEY or LEDGER_PKCS11_MODULE.")
    return signers


def key_files() -> list[Path]:
    """The files that hold keys in use, the current one first.

    In local mode a key that follows `ledger.pem` lies beside it as `ledger-2.pem`, and is found without a restart.
    """
    named = [Path(path) for path in settings.LEDGER_KEY_FILES]
    if not settings.IS_LOCAL or len(named) != 1:
        return named
    first = named[0]
    later = {int(found[1]): path for path in first.parent.glob(f"{first.stem}-*{first.suffix}")
             if (found := re.fullmatch(rf"{re.escape(first.stem)}-(\d+)", path.stem))}  # fmt: skip
    in_use = [later[number] for number in sorted(later, reverse=True)]
    return [*in_use, first] if first.exists() or not in_use else in_use


def remember(signers: Sequence[Signer], *, at: datetime) -> None:
    """Keep the public half of every key that ever signed."""
    for signer in signers:
        LogKey.objects.get_or_create(
            fingerprint=fingerprint(signer.vkey),
            defaults={
                "purpose": LogKey.Purpose.CHECKPOINTS,
                "name": signer.name,
                "public": signer.vkey,
                "first_used_at": at,
            },
        )


def known_vkeys() -> list[str]:
    """Every key that ever signed a checkpoint here, the newest first."""
    rows = LogKey.objects.filter(purpose=LogKey.Purpose.CHECKPOINTS)
    return list(rows.order_by("-first_used_at", "-id").values_list("public", flat=True))


def fingerprint(vkey: str) -> str:
    """SHA-256 of the public key as it is written down, in hex."""
    return sha256(vkey.encode()).hexdigest()


def create(path: Path) -> Ed25519PrivateKey:
    """A new key at `path`, readable by its owner only. Another process that was faster is believed."""
    private = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _from_file(path)
    with os.fdopen(handle, "wb") as sink:
        sink.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return private


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _from_file(path: Path) -> Ed25519PrivateKey:
    try:
        return _from_pem(path.read_bytes())
    except FileNotFoundError as problem:
        if settings.IS_LOCAL:
            return create(path)
        raise KeyMissing(f"The key file {path.name} is not there.") from problem
    except OSError as problem:
        raise KeyMissing(f"The key file {path.name} cannot be read: {problem.strerror}.") from problem


def _from_text(text: str) -> Ed25519PrivateKey:
    """PEM, or the 32 bytes of the key in base 64."""
    if text.startswith("-----BEGIN"):
        return _from_pem(text.replace("\\n", "\n").encode())
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as problem:
        raise KeyMissing("LEDGER_KEY is neither PEM nor 32 bytes in base 64.") from problem


def _from_pem(content: bytes) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as problem:
        raise KeyMissing("The key that signs the log is not a readable PEM file.") from problem
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyMissing("The key that signs the log must be an Ed25519 key.")
    return private
