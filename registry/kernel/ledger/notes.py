"""Signed checkpoints as C2SP signed notes: three lines of text and one line for each signature.

holdfast.example.org/log
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— holdfast.example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5…
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\u2014"


class NoteError(ValueError):
    """A note that is malformed or that nobody known has signed; the message says which."""


class Signer(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def vkey(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True)
class Note:
    """A checkpoint that was read and whose signatures by known keys hold."""

    origin: str
    size: int
    root: bytes
    signed_by: tuple[str, ...]
    """vkeys of the known keys that signed it."""


def key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def vkey_of(name: str, public: bytes) -> str:
    """How a public key is written down for checking: name, key id and key in one word."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def parse_vkey(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, key id and raw public key; raises NoteError when they do not belong together."""
    try:
        name, stated, encoded = vkey.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as problem:
        raise NoteError("This is not a key: it needs a name, an id and the key, joined by +.") from problem
    if raw[:1] != ED25519 or len(raw) != 33 or key_id(name, raw[1:]).hex() != stated:
        raise NoteError("The parts of this key do not belong together.")
    return name, bytes.fromhex(stated), raw[1:]


def write(origin: str, size: int, root: bytes, signers: Iterable[Signer]) -> str:
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    lines = []
    for signer in signers:
        signature = parse_vkey(signer.vkey)[1] + signer.sign(text.encode())
        lines.append(f"{DASH} {signer.name} {base64.b64encode(signature).decode()}\n")
    return f"{text}\n{''.join(lines)}"


def read(text: str, vkeys: Sequence[str]) -> Note:
    """Raises NoteError for anything malformed, for a wrong signature by a known key, and when no known key signed."""
    body, _blank, signatures = text.rpartition("\n\n")
    body += "\n"
    known = {(name, stated): (vkey, public) for vkey in vkeys for name, stated, public in [parse_vkey(vkey)]}
    signed_by = []
    for line in signatures.splitlines():
        name, signature = _signature(line)
        if (found := known.get((name, signature[:4]))) is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(found[1]).verify(signature[4:], body.encode())
        except InvalidSignature as problem:
            raise NoteError(f"The signature of {name} does not fit this checkpoint.") from problem
        signed_by.append(found[0])
    if not signed_by:
        raise NoteError("No known key has signed this checkpoint.")
    return _body(body, tuple(signed_by))


def _signature(line: str) -> tuple[str, bytes]:
    try:
        dash, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as problem:
        raise NoteError("A signature line is malformed.") from problem
    if dash != DASH:
        raise NoteError("A signature line is malformed.")
    return name, signature


def _body(body: str, signed_by: tuple[str, ...]) -> Note:
    try:
        origin, size, root, *_more = body.split("\n")
        return Note(origin, int(size), base64.b64decode(root, validate=True), signed_by)
    except (ValueError, binascii.Error) as problem:
        raise NoteError("The text of the checkpoint is malformed.") from problem
