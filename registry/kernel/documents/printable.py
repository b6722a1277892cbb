"""What a printed page can honestly show of a text.

Control characters vanish in print, bidirectional overrides make a line read as something it does not say,
and a character no bundled font can draw becomes an empty box that looks like any other. Each is written as
its code point instead, `[U+202E]`. The attached record keeps the text as it was.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any

from fontTools.ttLib import TTFont

from registry.kernel.documents.assets import bundled, unpacked

FONTS = (
    "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "fonts/dejavu-sans.ttf.gz",
)
LAYOUT = frozenset("\n\t")
# Embeddings, overrides and isolates (Unicode TR 9), line and paragraph separators, byte order mark.
DECEPTIVE = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
# Joiners, direction marks, variation selectors: they draw nothing themselves and shape their neighbours.
SHAPING = frozenset("\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufe0e\ufe0f")
ASCII = re.compile(r"[\n\t -~]*")


def printable(value: Any) -> Any:
    """A copy of a canonical value in which every text can be printed."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def _text(text: str) -> str:
    if ASCII.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("".join(run) if drawable else _code_points(run) for drawable, run in groupby(text, _is_drawable))


def _code_points(run: Iterable[str]) -> str:
    return "[" + " ".join(f"U+{ord(character):04X}" for character in run) + "]"


def _is_drawable(character: str) -> bool:
    if character in DECEPTIVE:
        return False
    return character in LAYOUT or character in SHAPING or ord(character) in _drawable()


@cache
def _drawable() -> frozenset[int]:
    """Code points for which a bundled font has a glyph; controls have none worth the name."""
    covered: set[int] = set()
    for name in FONTS:
        with TTFont(BytesIO(unpacked(bundled(name)))) as font:
            covered.update(font.getBestCmap())
    return frozenset(point for point in covered if point >= 0x20 and not 0x7F <= point <= 0x9F)
