"""Dividing a message into its sentences, so that each can say what it rests on. Pure.

Nothing is lost or added: the pieces joined are the text. A line ends a sentence, and so do full stop, question mark,
exclamation mark and ellipsis before white space, unless what follows goes on in lower case, or the full stop belongs
to an abbreviation, an initial or the number of a list. Deciding wrongly harms little: two sentences then share what
they rest on.
"""

import hashlib
import re
from typing import Final

_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|\s*\n\s*")
_WORD: Final = re.compile(r"\S*$")
_OPENING: Final = "\"'“‘«([-•*–"
_ABBREVIATIONS: Final = frozenset(
    [
        "approx",
        "art",
        "bzw",
        "ca",
        "cf",
        "co",
        "corp",
        "dept",
        "dr",
        "e.g",
        "eg",
        "etc",
        "fig",
        "i.e",
        "ie",
        "inc",
        "jr",
        "ltd",
        "mr",
        "mrs",
        "ms",
        "no",
        "nr",
        "p.m",
        "a.m",
        "para",
        "pp",
        "prof",
        "resp",
        "sr",
        "st",
        "usw",
        "vs",
        "z.b",
    ]
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences with the white space around them; nothing for an empty text."""
    pieces, start = [], 0
    for end in _END.finditer(text):
        if _ends(text[start : end.start()], end.group(), text[end.end() :]):
            pieces.append(text[start : end.end()])
            start = end.end()
    if start < len(text):
        pieces.append(text[start:])
    return tuple(pieces)


def key_of(sentence: str) -> str:
    """Names a sentence by its words, whatever white space is around and between them."""
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()


def says_something(sentence: str) -> bool:
    """Whether there is a word or a number in it: a ruled line claims nothing."""
    return any(character.isalnum() for character in sentence)


def _ends(before: str, mark: str, after: str) -> bool:
    if not (before + mark).strip():
        return False
    if "\n" in mark:
        return True
    if after.lstrip(_OPENING)[:1].islower():
        return False
    return not (mark.strip() == "." and _goes_on(before))


def _goes_on(before: str) -> bool:
    """Whether the full stop belongs to the last word: an abbreviation, an initial, the number that begins a line."""
    found = _WORD.search(before)
    word = (found.group() if found else "").lstrip(_OPENING)
    if word.isdigit():
        return word == before.strip()
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "I")
