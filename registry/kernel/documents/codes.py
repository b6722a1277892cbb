"""The short code by which a reader of paper finds the record again."""

import re
from base64 import b32encode

from django.conf import settings

BITS = 100
"""Enough that nobody finds a second record with the same code by trying; short enough to be typed."""
GROUP = 5
LETTERS = BITS // 5
_OTHER = re.compile(r"[^A-Z2-7]+")
# Digits the alphabet does not have, for the letters they are mistaken for.
_MISREAD = str.maketrans("018", "OIB")


def code_of(sha256: str) -> str:
    """The first 100 bits of a hexadecimal SHA-256 in RFC 4648 base 32, as XXXXX-XXXXX-XXXXX-XXXXX."""
    return _in_groups(b32encode(bytes.fromhex(sha256))[:LETTERS].decode())


def read_code(typed: str) -> str | None:
    """The code a person meant: spaces, hyphens, small letters and misread digits do not matter. None if it is none."""
    letters = _OTHER.sub("", typed.upper().translate(_MISREAD))
    return _in_groups(letters) if len(letters) == LETTERS else None


def verification_page() -> str:
    """The public page where codes are looked up; frozen into records, so that a document never points elsewhere."""
    return f"{settings.SITE_URL}/verify/"


def _in_groups(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
