"""What every place for bytes can do, and the ways in which it can fail, each with a sentence."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, cast

PIECE = 256 * 1024
"""Bytes that are held at once while content is copied."""


class StorageProblem(Exception):
    """The store cannot do now what was asked; `sentence` says why, `status` is what a request is answered with."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "storage"

    def __init__(self, sentence: object) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)


class StoreFull(StorageProblem):
    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "storage-full"


class ContentMissing(StorageProblem):
    """There is nothing under this name."""

    code = "content-missing"


class ContentAltered(StorageProblem):
    """What lies there is not what was stored; found while it was read."""

    code = "content-altered"


class KeyMissing(StorageProblem):
    """It is encrypted with a key that is not configured."""

    code = "key-missing"


class Store(ABC):
    """A place for bytes under names. Nothing that lies there is ever written over."""

    @abstractmethod
    def put(self, name: str, pieces: Iterable[bytes], size: int) -> bool:
        """Keep `pieces` (`size` bytes in all) under `name`, whole or not at all; False when it is taken already."""

    def take(self, name: str, source: Path) -> bool:
        """The same for a file on disk, which is gone afterwards in either case."""
        try:
            with source.open("rb") as file:
                return self.put(name, iter(lambda: file.read(PIECE), b""), source.stat().st_size)
        finally:
            source.unlink(missing_ok=True)

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """The bytes, to be read once from beginning to end. Raises ContentMissing."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether something lies under `name`."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Take it away; nothing happens where there is nothing."""

    @abstractmethod
    def names(self, before: datetime) -> Iterator[str]:
        """Everything that has lain here since before that moment, in no particular order."""

    @abstractmethod
    def clear_abandoned(self, before: datetime) -> int:
        """Remove what interrupted writing left behind before that moment; how many pieces."""


class _Guarded:
    """A stream whose failures while it is read are said in the store's own words, as those of opening it are."""

    def __init__(self, stream: Any, said_plainly: Callable[[], AbstractContextManager[None]]) -> None:
        self.stream, self.said_plainly = stream, said_plainly

    def read(self, size: int = -1) -> bytes:
        with self.said_plainly():
            return cast(bytes, self.stream.read(None if size < 0 else size))

    def close(self) -> None:
        self.stream.close()

    def seekable(self) -> bool:
        return False

    def __enter__(self) -> "_Guarded":
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()


def guarded(stream: Any, said_plainly: Callable[[], AbstractContextManager[None]]) -> BinaryIO:
    """`stream`, to be read once; what goes wrong on the way is raised as `said_plainly` puts it."""
    return cast(BinaryIO, _Guarded(stream, said_plainly))
