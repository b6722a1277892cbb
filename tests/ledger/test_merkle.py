"""The tree: roots as RFC 6962 defines them, and proofs that hold for what is so and for nothing else."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.ledger import merkle
from tests.verifier.running import verifier

SIZES = st.integers(min_value=1, max_value=700)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf(str(n).encode()) for n in range(size)]


def root_by_the_book(hashes: list[bytes]) -> bytes:
    """The definition in RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    left = 1
    while left * 2 < len(hashes):
        left *= 2
    return sha256(b"\1" + root_by_the_book(hashes[:left]) + root_by_the_book(hashes[left:])).digest()


def over(hashes: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda start, end: root_by_the_book(hashes[start:end])


@given(st.integers(min_value=0, max_value=300))
def test_folding_is_the_root_of_the_definition(size: int) -> None:
    assert merkle.fold(leaves(size)) == root_by_the_book(leaves(size))


@given(st.data(), SIZES)
def test_the_path_of_every_leaf_leads_to_the_root(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    path = list(merkle.inclusion(index, size, over(hashes)))
    assert merkle.verify_inclusion(index, size, hashes[index], path) == merkle.fold(hashes)


@given(st.data(), SIZES)
def test_a_path_with_any_step_changed_leads_elsewhere(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    path = list(merkle.inclusion(index, size, over(hashes)))
    assert merkle.verify_inclusion(index, size, merkle.leaf(b"another"), path) != merkle.fold(hashes)
    for place in range(len(path)):
        bent = [*path[:place], sha256(path[place]).digest(), *path[place + 1 :]]
        assert merkle.verify_inclusion(index, size, hashes[index], bent) != merkle.fold(hashes)


@given(st.data(), SIZES)
def test_a_path_of_the_wrong_length_is_refused(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    path = list(merkle.inclusion(index, size, over(hashes)))
    for wrong in (path[:-1], [*path, hashes[0]]):
        if wrong != path:
            with pytest.raises(merkle.ProofError):
                merkle.verify_inclusion(index, size, hashes[index], wrong)


@given(st.data(), SIZES)
def test_a_log_is_consistent_with_each_of_its_beginnings(data: st.DataObject, new: int) -> None:
    hashes = leaves(new)
    old = data.draw(st.integers(min_value=1, max_value=new))
    path = list(merkle.consistency(old, new, over(hashes)))
    assert verifier.continues(old, new, path, merkle.fold(hashes[:old]), merkle.fold(hashes))


@given(st.data(), st.integers(min_value=2, max_value=700))
def test_a_log_is_not_consistent_with_a_beginning_that_was_rewritten(data: st.DataObject, new: int) -> None:
    hashes = leaves(new)
    old = data.draw(st.integers(min_value=1, max_value=new - 1))
    place = data.draw(st.integers(min_value=0, max_value=old - 1))
    rewritten = [*hashes[:place], merkle.leaf(b"rewritten"), *hashes[place + 1 :]]
    path = list(merkle.consistency(old, new, over(rewritten)))
    assert not verifier.continues(old, new, path, merkle.fold(hashes[:old]), merkle.fold(rewritten))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 3)])
def test_nothing_follows_from_nonsense(old: int, new: int) -> None:
    with pytest.raises(merkle.ProofError):
        list(merkle.consistency(old, new, over(leaves(5))))
    assert not verifier.continues(old, new, [], b"", b"")
