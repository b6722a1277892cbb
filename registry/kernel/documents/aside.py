"""Files that an archive will be made of, put aside while its record is gathered and stored when reading is over.

The record of a volume is known by its hash as soon as it is written, so that the record of the whole can name it.
Reading goes on under one snapshot of the database, in which nothing is written.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from registry.kernel.documents.canonical import canonical
from registry.kernel.files import keep
from registry.kernel.storage import disk


@dataclass(frozen=True)
class _Lying:
    sha256: str
    size: int
    media_type: str


@dataclass
class Aside:
    """What lies in `folder`, in the order in which it was put there."""

    folder: Path
    _lying: list[_Lying] = field(default_factory=list)

    def volume(self, number: int, record: Mapping[str, Any], *, template: str) -> dict[str, str]:
        """Freeze the record of one volume; the line of `volumes` that names it."""
        named = self._put(canonical(record), "application/json")
        return {"name": f"volumes/volume-{number:03d}.pdf", "template": template, "sha256": named}

    def file(self, name: str, content: bytes, *, media_type: str) -> dict[str, str]:
        """The line of `files` that names a file of the archive."""
        return {"name": name, "sha256": self._put(content, media_type)}

    def keep(self, *, at: datetime) -> Iterator[int]:
        """Store everything, each for itself; how many are stored after each."""
        for done, one in enumerate(self._lying, start=1):
            keep(self.folder / one.sha256, one.sha256, size=one.size, media_type=one.media_type, at=at)
            yield done

    def __len__(self) -> int:
        return len(self._lying)

    def _put(self, content: bytes, media_type: str) -> str:
        named = sha256(content).hexdigest()
        with disk.said_plainly():
            (self.folder / named).write_bytes(content)
        self._lying.append(_Lying(named, len(content), media_type))
        return named


@contextmanager
def opened() -> Iterator[Aside]:
    """A folder of its own, gone at the end. What a killed process leaves is cleared with other abandoned pieces."""
    with disk.said_plainly():
        folder = tempfile.mkdtemp(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="gathering-")
    try:
        yield Aside(Path(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
