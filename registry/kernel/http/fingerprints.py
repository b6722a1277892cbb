"""Uploads of which nothing is wanted but their SHA-256: hashed while they arrive, and written nowhere by us."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers

View = TypeVar("View", bound=Callable[..., Any])


class Fingerprint(UploadedFile):  # type: ignore[type-arg]
    """What remains of a file: its name, its size and its SHA-256 in hex."""

    def __init__(self, name: str, size: int, sha256: str) -> None:
        super().__init__(BytesIO(), name, "", size)
        self.sha256 = sha256


def only_hashed(most: int) -> Callable[[View], View]:
    """Marks a view: files sent to it are hashed and dropped, and `most` bytes is the largest. Stands outermost."""

    def mark(view: View) -> View:
        view.only_hashed = most  # type: ignore[attr-defined]
        return view

    return mark


class FingerprintHandler(FileUploadHandler):
    """First among the upload handlers; leaves the files of all other views to those that follow."""

    most = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        match = getattr(self.request, "resolver_match", None)
        self.most = getattr(match.func, "only_hashed", 0) if match else 0
        self.digest, self.received = hashlib.sha256(), 0
        if self.most:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.most:
            return raw_data
        self.received += len(raw_data)
        if self.received > self.most:
            self.request.too_large = self.file_name  # type: ignore[union-attr]
            raise SkipFile
        self.digest.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> Fingerprint | None:
        if not self.most:
            return None
        return Fingerprint(self.file_name or "file", self.received, self.digest.hexdigest())
