"""Files received in a stream: hashed and counted while they arrive, stored once by their SHA-256."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import models
from django.utils.translation import gettext_lazy as _


class HashedUpload(UploadedFile):  # type: ignore[type-arg]
    """A received file lying in the incoming folder, with its SHA-256 already known."""

    def __init__(self, file: IO[bytes], name: str, content_type: str, size: int, sha256: str) -> None:
        super().__init__(file, name, content_type, size)
        self.sha256 = sha256

    def temporary_file_path(self) -> str:
        return str(self.file.name)  # type: ignore[union-attr]

    def close(self) -> None:
        super().close()
        Path(self.temporary_file_path()).unlink(missing_ok=True)


class HashingUploadHandler(FileUploadHandler):
    """Writes chunks to the incoming folder and hashes them on the way; more than the limit is cut off."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()
        self.received = 0
        self.sink: Any = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.EVIDENCE_MAX_BYTES:
            self.discard()
            self.request.too_large = self.file_name  # type: ignore[union-attr]
            raise SkipFile
        self.digest.update(raw_data)
        self.sink.write(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        self.sink.flush()
        self.sink.seek(0)
        return HashedUpload(
            self.sink, self.file_name or "file", self.content_type or "", self.received, self.digest.hexdigest()
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "sink"):
            self.discard()

    def discard(self) -> None:
        self.sink.close()
        Path(self.sink.name).unlink(missing_ok=True)


class StoredFile(models.Model):
    """Content, named by its hash. What it means (name, kind, custody) is said by the rows that point here."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.BigIntegerField(_("size"), help_text=_("bytes"))
    detected_type = models.CharField(max_length=100, blank=True)
    stored_at = models.DateTimeField(_("stored"))

    class Meta:
        verbose_name = _("stored file")
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="stored_file_size_not_negative")]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.sha256[:2] / self.sha256


def place(source: Path, sha256: str) -> Path:
    """Move `source` to its place by hash, atomically and durably; an equal file already there is kept."""
    target = Path(settings.MEDIA_ROOT) / sha256[:2] / sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        source.unlink(missing_ok=True)
        return target
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.chmod(0o400)
    source.replace(target)
    return target


def place_bytes(content: bytes) -> tuple[str, Path]:
    """Store `content`; its SHA-256 and where it lies."""
    sha256 = hashlib.sha256(content).hexdigest()
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False) as sink:
        sink.write(content)
        sink.flush()
    return sha256, place(Path(sink.name), sha256)


def digest_on_disk(path: Path) -> str:
    """SHA-256 of what lies at `path` now, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
