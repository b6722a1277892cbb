"""Judging very many outputs by some of them: a random sample anybody can draw again, and what it lets one say.

Pure: no database, no clock.
"""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""The two-sided 95 % point of the standard normal distribution."""


@dataclass(frozen=True)
class Share:
    """A share between 0 and 1 and the interval that holds the true one with 95 % confidence."""

    share: float
    low: float
    high: float

    def of(self, population: int) -> tuple[int, int, int]:
        """The same as numbers out of `population`: estimate, low, high."""
        return round(self.share * population), round(self.low * population), round(self.high * population)


def place(ref: str, *, seed: str) -> bytes:
    """Where an output stands in the random order that `seed` gives: the SHA-256 of the two."""
    return hashlib.sha256(f"{seed}\n{ref}".encode()).digest()


def drawn(refs: Iterable[str], *, seed: str, size: int) -> list[str]:
    """The first `size` of `refs` in the random order of `seed`.

    The order of `refs` makes no difference, so whoever has the list and the seed draws the same sample; and a larger
    sample of the same seed holds the smaller one.
    """
    return heapq.nsmallest(size, refs, key=lambda ref: (place(ref, seed=seed), ref))


def wilson(hits: int, size: int, *, z: float = Z95) -> Share:
    """The score interval of E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), 209-212.

    Unlike the textbook interval it stays between 0 and 1 and says something at 0 and at all hits. It knows nothing of
    how large the whole is, so of a sample that is most of it, it says less than could be said.
    """
    if size < 1 or not 0 <= hits <= size:
        raise ValueError("A share needs a sample, and no more hits than there are in it.")
    share, square = hits / size, z * z
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = z / (1 + square / size) * sqrt(share * (1 - share) / size + square / (4 * size * size))
    low, high = (0.0 if hits == 0 else middle - half), (1.0 if hits == size else middle + half)
    return Share(share, max(0.0, min(low, share)), min(1.0, max(high, share)))
