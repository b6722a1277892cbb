"""Content by its SHA-256: put once, opened, digested, taken away, wherever and however it is kept.

The name under which it lies is the hash, followed by the id of the key it is encrypted with. So a change of key is a
second object beside the first, and nothing is ever written over.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from registry.kernel.storage import encryption, keys
from registry.kernel.storage.base import PIECE, ContentAltered, ContentMissing, KeyMissing, Store
from registry.kernel.storage.disk import DiskStore
from registry.kernel.storage.verified import verified

PLAIN = ""


def store() -> Store:
    """The bucket when one is configured, else the folder."""
    if not settings.FILES_S3_BUCKET:
        return DiskStore(Path(settings.MEDIA_ROOT))
    from registry.kernel.storage.s3 import BucketStore  # its library is slow to load and of no use on disk

    return BucketStore(
        bucket=settings.FILES_S3_BUCKET,
        prefix=settings.FILES_S3_PREFIX,
        endpoint=settings.FILES_S3_ENDPOINT,
        region=settings.FILES_S3_REGION,
    )


def name_of(sha256: str, key_id: str) -> str:
    return f"{sha256}.{key_id}" if key_id else sha256


def take(source: Path, sha256: str) -> str:
    """Keep the file at `source`, which is gone afterwards; the id of the key it is encrypted with, empty for none."""
    key = keys.current()
    if key is None:
        store().take(name_of(sha256, PLAIN), source)
        return PLAIN
    try:
        with source.open("rb") as file:
            put(_pieces(file), sha256, source.stat().st_size, key)
    finally:
        source.unlink(missing_ok=True)
    return key[0]


def put(pieces: Iterable[bytes], sha256: str, size: int, key: keys.Key | None) -> bool:
    """Keep content of `size` bytes under its hash, encrypted if there is a key; False when it lay there already."""
    if key is None:
        return store().put(name_of(sha256, PLAIN), pieces, size)
    name = name_of(sha256, key[0])
    return store().put(name, encryption.sealed(pieces, key, sha256), encryption.sealed_size(size, key))


def locate(sha256: str, key_id: str) -> str | None:
    """The key id under which it lies: the one on record, or after a change that was cut short another known one."""
    place = store()
    others = [known for known in (PLAIN, *keys.keyring()) if known != key_id]
    return next((known for known in (key_id, *others) if place.has(name_of(sha256, known))), None)


def open_content(sha256: str, key_id: str) -> BinaryIO:
    """The content in the clear. Raises ContentMissing, ContentAltered or KeyMissing."""
    try:
        return _open(sha256, key_id)
    except (ContentMissing, KeyMissing) as problem:
        # A change of key moved it after the row was read, or an older database was restored over newer files.
        found = locate(sha256, key_id)
        if found is None or found == key_id:
            raise problem
        return _open(sha256, found)


def digest(sha256: str, key_id: str) -> str:
    """SHA-256 of the content as it lies there now; empty when there is none.

    Of encrypted content that cannot be authenticated, what lies there is hashed: a different value in any case.
    Raises KeyMissing.
    """
    try:
        return _digest(open_content(sha256, key_id))
    except ContentMissing:
        return ""
    except ContentAltered:
        return _digest(store().open(name_of(sha256, locate(sha256, key_id) or key_id)))


def digest_of(stream: BinaryIO, sha256: str, key_id: str) -> str:
    """The same of a copy elsewhere, of which `stream` is the bytes as they lie there. Raises ContentAltered too."""
    return _digest(_clear(stream, sha256, key_id))


def leftovers(sha256: str, key_id: str) -> list[str]:
    """Names of further copies under other keys, which a change of key that was cut short has left."""
    place = store()
    names = [name_of(sha256, known) for known in (PLAIN, *keys.keyring()) if known != key_id]
    return [name for name in names if place.has(name)]


def remove(sha256: str, key_id: str) -> None:
    """Every copy of it."""
    place = store()
    for known in {key_id, PLAIN, *keys.keyring()}:
        place.remove(name_of(sha256, known))


def _open(sha256: str, key_id: str) -> BinaryIO:
    return _clear(store().open(name_of(sha256, key_id)), sha256, key_id)


def _clear(stream: BinaryIO, sha256: str, key_id: str) -> BinaryIO:
    return encryption.opened(stream, sha256, key_id) if key_id else verified(stream, sha256)


def _digest(stream: BinaryIO) -> str:
    found = hashlib.sha256()
    with stream:
        for piece in _pieces(stream):
            found.update(piece)
    return found.hexdigest()


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(PIECE), b"")
