"""Comparing text the way a reader does: case, spacing and punctuation set aside."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
# The C0 and C1 controls except tab and line ends, the byte-order mark, and what Unicode says is no character.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_FILLERS = " \t\r\n\xa0\u200b-–—.?/_*"
_EXCERPT = 80


def fold(text: str) -> str:
    """Two spellings of one answer fold to the same string; text of symbols only folds to itself."""
    folded = _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return folded or text.strip().casefold()


def single_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def is_filler(text: str) -> bool:
    """Spaces, dashes, dots: somebody filled the cell so as not to leave it empty."""
    return not text.strip(_FILLERS)


def without_controls(text: str) -> tuple[str, int]:
    """The text without control characters, and how many there were."""
    return _UNPRINTABLE.subn("", text)


def excerpt(text: str) -> str:
    """A cell as a message quotes it: one line, a hand's breadth long."""
    line = single_line(text)
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"
