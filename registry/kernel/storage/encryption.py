"""Encryption at rest, in frames, so that content of any length is read and written in bounded memory.

    header   magic (8) · version (1) · length of the key id (1) · key id · salt (32) · nonce prefix (7)
    frame    AES-256-GCM of 64 KiB of content (the last one shorter), with its tag (16)

Each file has a key of its own (HKDF-SHA256 of the configured key, the salt and the header). The nonce of a frame is
the prefix, its number and whether it is the last (NIST SP 800-38D, 8.2.1; the order of frames and the end of the file
are authenticated as in the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). Header and SHA-256 of the
content are authenticated with every frame, so that one encrypted file cannot stand in for another.
"""

import io
import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from registry.kernel.storage.base import ContentAltered
from registry.kernel.storage.keys import Key, named

MAGIC = b"HFSEALED"
VERSION = 1
FRAME = 64 * 1024
TAG = 16
_SALT, _PREFIX = 32, 7


def sealed(pieces: Iterable[bytes], key: Key, sha256: str) -> Iterator[bytes]:
    """Header and frames of the content whose hash is `sha256`."""
    key_id, secret = key
    name = key_id.encode()
    prefix = os.urandom(_PREFIX)
    header = MAGIC + bytes([VERSION, len(name)]) + name + os.urandom(_SALT) + prefix
    cipher, bound = _cipher(secret, header), header + sha256.encode()
    yield header
    frames = _frames(pieces)
    number, frame = 0, next(frames, b"")
    for following in frames:
        yield cipher.encrypt(_nonce(prefix, number, is_last=False), frame, bound)
        number, frame = number + 1, following
    yield cipher.encrypt(_nonce(prefix, number, is_last=True), frame, bound)


def sealed_size(size: int, key: Key) -> int:
    """Bytes that content of `size` bytes takes once it is encrypted."""
    frames = max(1, -(-size // FRAME))
    return len(MAGIC) + 2 + len(key[0].encode()) + _SALT + _PREFIX + size + frames * TAG


def opened(stream: BinaryIO, sha256: str, key_id: str) -> BinaryIO:
    """The content behind `stream`, which is closed with it. Raises at once when the key is missing or the
    beginning is altered, and later, while it is read, for what comes later.

    `key_id` is the one it was encrypted with as others know it: what the file says of itself may have been altered,
    and must not make damage look like a missing key.
    """
    try:
        reading = _Opened(stream, sha256, key_id)
    except BaseException:
        stream.close()
        raise
    return io.BufferedReader(reading, buffer_size=FRAME)


class _Opened(io.RawIOBase):
    def __init__(self, stream: BinaryIO, sha256: str, key_id: str) -> None:
        self.stream = stream
        start = self._exactly(len(MAGIC) + 2)
        if start[: len(MAGIC)] != MAGIC or start[len(MAGIC)] != VERSION:
            raise _altered()
        name = self._exactly(start[-1])
        rest = self._exactly(_SALT + _PREFIX)
        header = start + name + rest
        if name != key_id.encode():
            raise _altered()
        self.cipher = _cipher(named(key_id)[1], header)
        self.bound = header + sha256.encode()
        self.prefix = rest[_SALT:]
        self.number = 0
        self.following = self._frame()
        self.is_over = False
        self.plain = memoryview(self._next())

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        while not self.plain:
            if self.is_over:
                return 0
            self.plain = memoryview(self._next())
        count = min(len(buffer), len(self.plain))
        buffer[:count] = self.plain[:count]
        self.plain = self.plain[count:]
        return count

    def close(self) -> None:
        self.stream.close()
        super().close()

    def _next(self) -> bytes:
        frame, self.following = self.following, self._frame()
        self.is_over = not self.following
        try:
            plain = self.cipher.decrypt(_nonce(self.prefix, self.number, is_last=self.is_over), frame, self.bound)
        except InvalidTag as failure:
            raise _altered() from failure
        self.number += 1
        return plain

    def _frame(self) -> bytes:
        return _filled(self.stream, FRAME + TAG)

    def _exactly(self, count: int) -> bytes:
        found = _filled(self.stream, count)
        if len(found) != count:
            raise _altered()
        return found


def _filled(stream: BinaryIO, count: int) -> bytes:
    """`count` bytes, fewer only at the end: a stream from the network may give less than it is asked for."""
    parts = []
    while count and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _frames(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= FRAME:
            yield bytes(waiting[:FRAME])
            del waiting[:FRAME]
    if waiting:
        yield bytes(waiting)


def _cipher(secret: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=header[-_SALT - _PREFIX : -_PREFIX], info=header).derive(secret))


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, is_last)


def _altered() -> ContentAltered:
    return ContentAltered(_("The encrypted file was altered, or is not whole."))
