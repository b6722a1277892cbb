"""Sets of places as bits of one whole number. Pure."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_


def bits_of(places: Iterable[int], size: int) -> int:
    """Of `places`, all of them below `size`."""
    found = bytearray((size >> 3) + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


def any_of(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def all_of(sets: Iterable[int], within: int) -> int:
    return reduce(and_, sets, within)
