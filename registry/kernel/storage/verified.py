"""Plain content, handed out piece by piece, the last piece only when the whole has the hash it should have."""

import hashlib
import io
from typing import BinaryIO

from django.utils.translation import gettext as _

from registry.kernel.storage.base import PIECE, ContentAltered


def verified(stream: BinaryIO, sha256: str) -> BinaryIO:
    """The same content. Raises ContentAltered at once for what is small, and for the rest before its last piece, so
    that nobody takes altered bytes for what was stored.
    """
    try:
        reading = _Verified(stream, sha256)
    except BaseException:
        stream.close()
        raise
    return io.BufferedReader(reading, buffer_size=PIECE)


class _Verified(io.RawIOBase):
    def __init__(self, stream: BinaryIO, sha256: str) -> None:
        self.stream = stream
        self.sha256 = sha256
        self.digest = hashlib.sha256()
        self.plain = memoryview(b"")
        self.following = self._read()
        self._advance()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        if not self.plain:
            self._advance()
        count = min(len(buffer), len(self.plain))
        buffer[:count] = self.plain[:count]
        self.plain = self.plain[count:]
        return count

    def close(self) -> None:
        self.stream.close()
        super().close()

    def _advance(self) -> None:
        self.plain = memoryview(self.following)
        self.following = self._read() if self.following else b""
        if not self.following and self.digest.hexdigest() != self.sha256:
            raise ContentAltered(_("The file was altered where it is kept."))

    def _read(self) -> bytes:
        piece = self.stream.read(PIECE)
        self.digest.update(piece)
        return piece
