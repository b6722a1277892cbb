"""A folder as a store: written aside, made durable, then given its name in one step that refuses a taken name."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from registry.kernel.storage.base import ContentMissing, StorageProblem, Store, StoreFull, guarded

FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
ASIDE = ".incoming"
"""Folder of what is being written, on the same file system."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """A full or failing disk as a sentence."""
    try:
        yield
    except OSError as failure:
        if failure.errno in FULL:
            raise StoreFull(_("There is no room left where files are kept. Nothing was stored.")) from failure
        raise StorageProblem(
            _("Files cannot be kept or read at the moment (%(why)s). Nothing was stored.")
            % {"why": os.strerror(failure.errno) if failure.errno else type(failure).__name__}
        ) from failure


class DiskStore(Store):
    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name[:2] / name

    def put(self, name: str, pieces: Iterable[bytes], size: int) -> bool:
        if self.has(name):
            return False
        with said_plainly():
            aside = self.root / ASIDE
            aside.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=aside, delete=False) as sink:
                written = Path(sink.name)
                try:
                    for piece in pieces:
                        sink.write(piece)
                    sink.flush()
                    os.fsync(sink.fileno())
                except BaseException:
                    written.unlink(missing_ok=True)
                    raise
            return self._name(written, name)

    def take(self, name: str, source: Path) -> bool:
        if self.has(name):
            source.unlink(missing_ok=True)
            return False
        if not self._is_near(source):
            return super().take(name, source)
        with said_plainly():
            with source.open("rb") as file:
                os.fsync(file.fileno())
            return self._name(source, name)

    def open(self, name: str) -> BinaryIO:
        try:
            with said_plainly():
                return guarded(self.path(name).open("rb"), said_plainly)
        except StorageProblem as problem:
            if isinstance(problem.__cause__, FileNotFoundError):
                raise ContentMissing(_("The content is missing from the store.")) from problem.__cause__
            raise

    def has(self, name: str) -> bool:
        with said_plainly():
            return self.path(name).exists()

    def remove(self, name: str) -> None:
        with said_plainly():
            self.path(name).unlink(missing_ok=True)

    def names(self, before: datetime) -> Iterator[str]:
        with said_plainly():
            for folder in self.root.glob("[0-9a-f][0-9a-f]"):
                for path in folder.iterdir():
                    if path.stat().st_ctime < before.timestamp():
                        yield path.name

    def clear_abandoned(self, before: datetime) -> int:
        return clear_folder(self.root / ASIDE, before)

    def _is_near(self, source: Path) -> bool:
        """Whether it can be moved in one step: it lies on the same file system."""
        with said_plainly():
            self.root.mkdir(parents=True, exist_ok=True)
            return source.stat().st_dev == self.root.stat().st_dev

    def _name(self, written: Path, name: str) -> bool:
        target = self.path(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            written.chmod(0o400)
            is_new = _link(written, target)
        finally:
            written.unlink(missing_ok=True)
        _make_durable(target.parent)
        return is_new


def _link(written: Path, target: Path) -> bool:
    """A second name, given only if it is free; file systems without links get a move."""
    try:
        os.link(written, target)
    except FileExistsError:
        return False
    except OSError as failure:
        if failure.errno not in _NO_LINKS:
            raise
        if target.exists():
            return False
        written.replace(target)
    return True


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_folder(folder: Path, before: datetime) -> int:
    """Remove files in `folder` that were last written before that moment, and folders in which nothing was written
    since; how many there were.
    """
    if not folder.is_dir():
        return 0
    with said_plainly():
        old = [path for path in folder.iterdir() if _last_written(path) < before.timestamp()]
        for path in old:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(old)


def _last_written(path: Path) -> float:
    within = path.rglob("*") if path.is_dir() else ()
    return float(max(each.lstat().st_mtime for each in (path, *within)))
