"""Files received in a stream: hashed and counted while they arrive, stored once by their SHA-256."""

import hashlib
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from registry.kernel.storage import content, disk
from registry.kernel.storage.base import StorageProblem
from registry.kernel.storage.claiming import bringing


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


def hashed(content: bytes, name: str, content_type: str = "text/plain") -> HashedUpload:
    """A text made here, to be taken in like one that was received."""
    with disk.said_plainly():
        sink = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
        sink.write(content)
        sink.flush()
        sink.seek(0)
    return HashedUpload(sink, name, content_type, len(content), hashlib.sha256(content).hexdigest())


class HashingUploadHandler(FileUploadHandler):
    """Writes chunks to the incoming folder and hashes them on the way; more than the limit is cut off."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()
        self.received = 0
        try:
            with disk.said_plainly():
                self.sink: Any = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
        except StorageProblem as problem:
            self.give_up(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.EVIDENCE_MAX_BYTES:
            self.discard()
            self.request.too_large = self.file_name  # type: ignore[union-attr]
            raise SkipFile
        self.digest.update(raw_data)
        try:
            with disk.said_plainly():
                self.sink.write(raw_data)
        except StorageProblem as problem:
            self.give_up(problem)

    def file_complete(self, file_size: int) -> HashedUpload | None:
        try:
            with disk.said_plainly():
                self.sink.flush()
        except StorageProblem as problem:
            with suppress(SkipFile):
                self.give_up(problem)
            return None
        self.sink.seek(0)
        return HashedUpload(
            self.sink, self.file_name or "file", self.content_type or "", self.received, self.digest.hexdigest()
        )

    def give_up(self, problem: StorageProblem) -> NoReturn:
        """Nothing of the file stays. The request is answered with the problem by whoever looks at it next: the
        body may be read long before there is anybody to catch an exception.
        """
        self.discard()
        self.request.storage_problem = problem  # type: ignore[union-attr]
        raise SkipFile

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        if not hasattr(self, "sink"):
            return
        Path(self.sink.name).unlink(missing_ok=True)
        with suppress(OSError):  # what could not be written is written again on closing
            self.sink.close()


class StoredFile(models.Model):
    """Content, named by its hash. What it means (name, kind, custody) is said by the rows that point here."""

    class Condition(models.TextChoices):
        UNCHECKED = "UNCHECKED", _("Not checked yet")
        SOUND = "SOUND", _("As it was stored")
        ALTERED = "ALTERED", _("Altered")
        MISSING = "MISSING", _("Missing")
        UNREADABLE = "UNREADABLE", _("Cannot be read")
        REMOVED = "REMOVED", _("Removed at the end of its keeping")

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.BigIntegerField(_("size"), help_text=_("bytes"))
    detected_type = models.CharField(max_length=100, blank=True)
    stored_at = models.DateTimeField(_("stored"))
    key_id = models.CharField(max_length=40, blank=True, help_text=_("key it is encrypted with; empty for none"))
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    condition = models.CharField(max_length=10, choices=Condition, default=Condition.UNCHECKED)
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("attempts to read it that failed, in a row"))
    failed_at = models.DateTimeField(_("last failed attempt"), null=True, blank=True)
    removed_at = models.DateTimeField(_("content removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("stored file")
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="stored_file_size_not_negative")]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def is_damaged(self) -> bool:
        return self.condition in DAMAGED

    def open(self) -> BinaryIO:
        """The content in the clear, to be read once. Raises StorageProblem: missing, altered, or without its key."""
        return content.open_content(self.sha256, self.key_id)

    def read_bytes(self) -> bytes:
        """All of it: for what is known to be small."""
        with self.open() as stream:
            return stream.read()

    def digest(self) -> str:
        """SHA-256 of the content as it is now, in hex; empty when it is missing. Raises KeyMissing."""
        return content.digest(self.sha256, self.key_id)


DAMAGED = (StoredFile.Condition.ALTERED, StoredFile.Condition.MISSING)
IN_TROUBLE = (*DAMAGED, StoredFile.Condition.UNREADABLE)
"""What needs somebody: damage, and what nobody can say anything of because it does not read."""


def keep(source: Path, sha256: str, *, size: int, media_type: str, at: datetime) -> StoredFile:
    """Store the file at `source`, which is gone afterwards, once for each content.

    The content comes before the row, which is locked only where it changes. Two people who bring the same at once wait
    for each other, and nobody takes away what another is bringing. What a rollback or a kill leaves without a row is
    found by `orphans`.
    """
    with transaction.atomic():
        bringing(sha256)
        known = StoredFile.objects.filter(sha256=sha256).first()
        lies_under = content.locate(sha256, known.key_id if known is not None else content.PLAIN)
        key_id = content.take(source, sha256) if lies_under is None else lies_under
        source.unlink(missing_ok=True)
        if known is not None and lies_under is not None and known.condition != StoredFile.Condition.REMOVED:
            return known  # without a lock on the row: others come to it from an incident they hold
        defaults = {"size": size, "detected_type": media_type, "stored_at": at, "key_id": key_id}
        StoredFile.objects.get_or_create(sha256=sha256, defaults=defaults)
        stored = StoredFile.objects.select_for_update(no_key=True).get(sha256=sha256)
        if lies_under is None:
            stored.key_id = key_id
            stored.checked_at, stored.failures = None, 0  # looked at by the next check: it may have been missing
        if stored.condition == StoredFile.Condition.REMOVED:
            stored.condition, stored.removed_at = StoredFile.Condition.UNCHECKED, None
        stored.save()
    return stored


def keep_bytes(data: bytes, *, media_type: str, at: datetime) -> StoredFile:
    """Store `data`, which is known to be small."""
    return keep(_aside(data), hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type, at=at)


def _aside(data: bytes) -> Path:
    with disk.said_plainly(), tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False) as sink:
        sink.write(data)
        return Path(sink.name)


def digest_on_disk(path: Path) -> str:
    """SHA-256 of what lies at `path` now, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
