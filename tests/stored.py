"""Where stored content lies on disk, for tests that look at it or damage it behind the site's back."""

from pathlib import Path

from django.conf import settings

from registry.kernel.storage.content import name_of
from registry.kernel.storage.disk import DiskStore
from registry.models import StoredFile


def path_of(stored: StoredFile) -> Path:
    return DiskStore(Path(settings.MEDIA_ROOT)).path(name_of(stored.sha256, stored.key_id))


def damage(stored: StoredFile, content: bytes | None) -> None:
    """Put `content` in its place, or take it away."""
    path = path_of(stored)
    path.chmod(0o600)
    path.unlink() if content is None else path.write_bytes(content)


def everything_in(root: str) -> list[Path]:
    """Every file below the folder, unfinished ones included."""
    return sorted(path for path in Path(root).rglob("*") if path.is_file())
