"""The tree of RFC 6962: hashes of leaves and nodes, roots, and the two proofs. Pure: bytes in, bytes out.

A leaf is hashed behind a zero byte and a node behind a one, so that no node can be passed off as a leaf.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Range = Callable[[int, int], bytes]
"""The root of the leaves from `start` up to but not including `end`."""


class ProofError(ValueError):
    """A proof that cannot belong to the place it claims."""


def leaf(payload: bytes) -> bytes:
    return sha256(b"\0" + payload).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring hashes of one level; the last odd one is carried up as it is."""
    row = list(hashes)
    while len(row) > 1:
        pairs = [node(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
        row = pairs + row[-1:] if len(row) % 2 else pairs
    return row[0] if row else EMPTY


def split(size: int) -> int:
    """The largest power of two smaller than `size`: how many leaves stand on the left."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(index: int, size: int, root_of: Range) -> Iterator[bytes]:
    """The audit path of leaf `index` in a tree of `size`, from the leaf upward (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} does not stand in a tree of {size}")
    return _path(index, 0, size, root_of)


def _path(index: int, start: int, end: int, root_of: Range) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + split(end - start)
    if index < middle:
        yield from _path(index, start, middle, root_of)
        yield root_of(middle, end)
    else:
        yield from _path(index, middle, end, root_of)
        yield root_of(start, middle)


def consistency(old: int, new: int, root_of: Range) -> Iterator[bytes]:
    """That the first `old` leaves of a tree of `new` are the old tree, unchanged (RFC 6962 section 2.1.2)."""
    if not 0 < old <= new:
        raise ProofError(f"a tree of {new} cannot follow one of {old}")
    return _subproof(old, 0, new, root_of, whole=True)


def _subproof(old: int, start: int, end: int, root_of: Range, *, whole: bool) -> Iterator[bytes]:
    if old == end - start:
        if not whole:
            yield root_of(start, end)
        return
    left = split(end - start)
    middle = start + left
    if old <= left:
        yield from _subproof(old, start, middle, root_of, whole=whole)
        yield root_of(middle, end)
    else:
        yield from _subproof(old - left, middle, end, root_of, whole=False)
        yield root_of(start, middle)


def verify_inclusion(index: int, size: int, hashed: bytes, path: Sequence[bytes]) -> bytes:
    """The root that `path` leads to from a leaf hash; raises ProofError for a path of the wrong length."""
    if not 0 <= index < size:
        raise ProofError("the leaf lies outside the tree")
    place, last = index, size - 1
    for step in path:
        if last == 0:
            raise ProofError("the path is too long")
        if place & 1 or place == last:
            hashed = node(step, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the path is too short")
    return hashed
