"""Encrypted files: whatever is done to one byte, frame or length of them is found before it is taken for content."""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.storage.base import ContentAltered, KeyMissing
from registry.kernel.storage.encryption import FRAME, TAG, opened, sealed, sealed_size

KEY = ("k1", bytes(range(32)))
OTHER = ("k2", bytes(range(32, 64)))
HEADER = 8 + 2 + len("k1") + 32 + 7
LONG = bytes(range(256)) * 800  # three frames and a bit


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.FILES_KEYS = [KEY, OTHER]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def closed(content: bytes, key: tuple[str, bytes] = KEY) -> bytes:
    return b"".join(sealed(iter([content]), key, digest(content)))


def read(file: bytes, content: bytes, key: str = "k1") -> bytes:
    with opened(io.BytesIO(file), digest(content), key) as stream:
        return stream.read()


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 7])
def test_what_goes_in_comes_out_and_takes_the_room_that_was_announced(size: int) -> None:
    content = b"x" * size
    file = closed(content)
    assert read(file, content) == content
    assert len(file) == sealed_size(size, KEY)


def test_the_size_of_the_pieces_does_not_matter() -> None:
    pieces: Callable[[int], Iterator[bytes]] = lambda n: (LONG[i : i + n] for i in range(0, len(LONG), n))  # noqa: E731
    for length in (1000, FRAME, 100_000):
        assert read(b"".join(sealed(pieces(length), KEY, digest(LONG))), LONG) == LONG


def test_the_same_content_is_never_encrypted_the_same_way_twice() -> None:
    assert closed(LONG) != closed(LONG)


def test_nothing_of_the_content_is_to_be_seen() -> None:
    assert b"secret words" not in closed(b"secret words" * 9)


@given(st.integers(min_value=0, max_value=len(closed(LONG)) - 1), st.integers(min_value=1, max_value=255))
def test_any_byte_that_is_changed_is_found(place: int, change: int) -> None:
    file = bytearray(closed(LONG))
    file[place] ^= change
    with pytest.raises(ContentAltered):
        read(bytes(file), LONG)


@given(st.integers(min_value=0, max_value=len(closed(LONG)) - 1))
def test_a_file_that_was_cut_short_anywhere_is_found(length: int) -> None:
    with pytest.raises(ContentAltered):
        read(closed(LONG)[:length], LONG)


def frames_of(file: bytes) -> tuple[bytes, list[bytes]]:
    rest = file[HEADER:]
    return file[:HEADER], [rest[i : i + FRAME + TAG] for i in range(0, len(rest), FRAME + TAG)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frames: frames[:-1],
        lambda frames: frames[1:],
        lambda frames: [frames[1], frames[0], *frames[2:]],
        lambda frames: [frames[0], *frames],
        lambda frames: [*frames, frames[-1]],
        lambda frames: [],
    ],
    ids=["last dropped", "first dropped", "two swapped", "one doubled", "one appended", "none left"],
)
def test_frames_stand_in_their_order_and_none_is_missing(spoil: Callable[[list[bytes]], list[bytes]]) -> None:
    header, frames = frames_of(closed(LONG))
    with pytest.raises(ContentAltered):
        read(header + b"".join(spoil(frames)), LONG)


def test_the_end_can_not_be_cut_off_at_the_end_of_a_frame() -> None:
    content = b"x" * (2 * FRAME)
    with pytest.raises(ContentAltered):
        read(closed(content)[: HEADER + FRAME + TAG], content)


def test_one_file_does_not_stand_in_for_another() -> None:
    with pytest.raises(ContentAltered):
        read(closed(b"one"), b"two")


def test_a_key_that_is_not_configured_is_named(settings: Any) -> None:
    file = closed(b"words", OTHER)
    settings.FILES_KEYS = [KEY]
    with pytest.raises(KeyMissing, match="The key k2 this file is encrypted with is not configured"):
        read(file, b"words", "k2")


def test_another_key_of_the_same_name_opens_nothing(settings: Any) -> None:
    file = closed(b"words")
    settings.FILES_KEYS = [("k1", bytes(32))]
    with pytest.raises(ContentAltered):
        read(file, b"words")
