"""Looking into a ZIP archive without unpacking it: what its own list of contents says, read within bounds.

A list of contents can itself be a bomb, so its size is read from the fixed records at the end of the file before
anything is taken into memory (APPNOTE 4.3.14 to 4.3.16).
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from registry.kernel.filetypes import OFFICE

MOST_BYTES: Final = 10 * 1024**3
MOST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 1024**2
"""Bytes unpacked, below which a high ratio is only a very repetitive small file."""
MOST_ENTRIES: Final = 100_000
MOST_LISTING: Final = 32 * 1024**2
MOST_NESTED: Final = 50
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_LOCATOR: Final = b"PK\x06\x07"
_ARCHIVES: Final = (".zip", ".jar", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar")


@dataclass(frozen=True)
class Listing:
    """`media_type` is empty for an archive that is no document, `problem` for one that may be kept."""

    media_type: str = ""
    problem: str = ""


def look_into(path: Path) -> Listing:
    try:
        with path.open("rb") as file:
            entries, listing = _announced(file)
        if entries > MOST_ENTRIES or listing > MOST_LISTING:
            return Listing(problem=_("The archive lists more than %(most)d files.") % {"most": MOST_ENTRIES})
        with zipfile.ZipFile(path) as archive:
            contents = archive.infolist()
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError):
        return Listing(problem=_("It begins like an archive but cannot be read as one."))
    return Listing(_document(contents), next(_problems(contents, path.stat().st_size), ""))


def _announced(file: BinaryIO) -> tuple[int, int]:
    """How many entries the archive says it has, and how many bytes their list takes."""
    length = file.seek(0, 2)
    start = max(0, length - _END_BYTES - 0xFFFF - 20)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0:
        raise zipfile.BadZipFile
    entries, listing = struct.unpack_from("<HI", tail, end + 10)
    locator = end - 20
    if locator >= 0 and tail[locator : locator + 4] == _LOCATOR:
        (record,) = struct.unpack_from("<Q", tail, locator + 8)
        file.seek(record)
        entries, listing = struct.unpack_from("<QQ", file.read(56), 32)
    return int(entries), int(listing)


def _document(contents: list[zipfile.ZipInfo]) -> str:
    names = [entry.filename for entry in contents]
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), "")


def _problems(contents: list[zipfile.ZipInfo], size: int) -> Iterator[str]:
    unpacked = sum(entry.file_size for entry in contents)
    if any(entry.flag_bits & 0x1 for entry in contents):
        yield _("The archive is encrypted, so nobody could say later what was in it.")
    if unpacked > MOST_BYTES:
        yield _("The archive would unpack to more than %(most)d GiB.") % {"most": MOST_BYTES // 1024**3}
    if unpacked > max(RATIO_COUNTS_FROM, MOST_RATIO * size):
        yield _("The archive would unpack to more than %(most)d times its size.") % {"most": MOST_RATIO}
    if sum(1 for entry in contents if entry.filename.lower().endswith(_ARCHIVES)) > MOST_NESTED:
        yield _("The archive holds more than %(most)d further archives.") % {"most": MOST_NESTED}
