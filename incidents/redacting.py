"""Taking passages out of a text. Pure.

What is taken out leaves the same mark however long it was. A passage is found wherever it stands, in capitals or not
and across line breaks, so that a name taken out of the first line does not stay in the last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = "▇▇▇"
LEAST: Final = 2
"""Characters of a passage; less would be found everywhere."""


@dataclass(frozen=True)
class Passage:
    """`reason` stands beside the mark; it may be empty."""

    text: str
    reason: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(r"\s+".join(re.escape(word) for word in self.text.split()), re.IGNORECASE)


@dataclass(frozen=True)
class Redacted:
    """`pieces` are the text in order: what stayed, or a mark."""

    pieces: tuple[tuple[bool, str], ...]
    """Whether it is a mark, and the words."""
    taken: int
    """How many places something was taken out of."""

    @property
    def text(self) -> str:
        return "".join(words for _is_mark, words in self.pieces)


def too_short(passages: Sequence[Passage]) -> list[Passage]:
    return [each for each in passages if len("".join(each.text.split())) < LEAST]


def not_found(text: str, passages: Sequence[Passage]) -> list[Passage]:
    return [each for each in passages if not each.pattern.search(text)]


def redact(text: str, passages: Sequence[Passage]) -> Redacted:
    """Every place of every passage taken out; places that touch or overlap become one."""
    pieces: list[tuple[bool, str]] = []
    at = 0
    places = _places(text, passages)
    for start, end, reasons in places:
        if start > at:
            pieces.append((False, text[at:start]))
        pieces.append((True, _mark(reasons)))
        at = end
    if at < len(text):
        pieces.append((False, text[at:]))
    return Redacted(tuple(pieces), len(places))


def still_there(found: Redacted, passages: Sequence[Passage]) -> list[Passage]:
    """Passages that can be read in the result all the same: in a reason, or made by what came together."""
    return [each for each in passages if each.pattern.search(found.text)]


def _places(text: str, passages: Sequence[Passage]) -> list[tuple[int, int, list[str]]]:
    found = sorted(
        (match.start(), match.end(), each.reason.strip()) for each in passages for match in each.pattern.finditer(text)
    )
    places: list[tuple[int, int, list[str]]] = []
    for start, end, reason in found:
        if places and start <= places[-1][1]:
            before, until, reasons = places[-1]
            places[-1] = (before, max(until, end), reasons + [reason] * (reason not in reasons))
        else:
            places.append((start, end, [reason]))
    return places


def _mark(reasons: Sequence[str]) -> str:
    told = ", ".join(reason for reason in reasons if reason)
    return f"{MARK} [{told}]" if told else MARK
