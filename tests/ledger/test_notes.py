"""Signed checkpoints: read back as they were written, and not believed otherwise."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.ledger.keys import KeySigner
from registry.kernel.ledger.notes import NoteError, parse_vkey, read, write

ORIGIN = "holdfast.example/log"
ROOT = bytes(range(32))


def signer(name: str = ORIGIN) -> KeySigner:
    return KeySigner(name, Ed25519PrivateKey.generate())


def test_what_was_written_is_read_back() -> None:
    mine = signer()
    note = read(write(ORIGIN, 17, ROOT, [mine]), [mine.vkey])
    assert (note.origin, note.size, note.root, note.signed_by) == (ORIGIN, 17, ROOT, (mine.vkey,))


def test_while_keys_overlap_whoever_knows_one_believes() -> None:
    old, new = signer(), signer()
    text = write(ORIGIN, 17, ROOT, [new, old])
    assert read(text, [old.vkey]).signed_by == (old.vkey,)
    assert read(text, [new.vkey]).signed_by == (new.vkey,)


def test_a_stranger_is_not_believed() -> None:
    with pytest.raises(NoteError, match="No known key"):
        read(write(ORIGIN, 17, ROOT, [signer()]), [signer().vkey])


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_of_the_text_passes(place: int, by: int) -> None:
    mine = signer()
    text = write(ORIGIN, 17, ROOT, [mine])
    raw = bytearray(text.encode())
    place %= text.index("\n\n") + 1
    raw[place] ^= by
    with pytest.raises((NoteError, UnicodeDecodeError)):
        read(raw.decode(), [mine.vkey])


@given(st.text(max_size=200))
def test_any_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(NoteError):
        read(text, [signer().vkey])


def test_a_key_whose_parts_do_not_belong_together_is_refused() -> None:
    name, _id, public = parse_vkey(signer().vkey)
    with pytest.raises(NoteError, match="belong together"):
        parse_vkey(f"{name}+00000000+{base64.b64encode(bytes([1]) + public).decode()}")
