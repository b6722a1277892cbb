"""A message divided into sentences is still the message."""

from hypothesis import given
from hypothesis import strategies as st

from incidents.sentences import key_of, says_something, sentences

TEXTS = st.text(alphabet="aBé1 .!?…\n\r\t\"”)('-I", max_size=80) | st.text(max_size=60)


@given(TEXTS)
def test_the_pieces_joined_are_the_text_and_none_is_empty(text: str) -> None:
    pieces = sentences(text)
    assert "".join(pieces) == text
    assert all(pieces)
    assert all(piece.strip() for piece in pieces) or len(pieces) <= 1 or not pieces[-1].strip()


@given(TEXTS)
def test_a_sentence_is_not_divided_again(text: str) -> None:
    assert all(sentences(piece) == (piece,) for piece in sentences(text))


@given(TEXTS, TEXTS)
def test_changing_what_follows_a_line_leaves_the_sentences_before_it(text: str, other: str) -> None:
    kept = [key_of(piece) for piece in sentences(text + "\n")]
    changed = [key_of(piece) for piece in sentences(f"{text}\nX{other}")]
    assert changed[: len(kept)] == kept or not text.strip()


def test_sentences_as_people_write_them() -> None:
    text = (
        "Dear customer,\n\nWe paid twice, e.g. on 3 March. Dr. Osei, J. Smith and no. 7 know. “Why?” you may ask. It "
        "cost 2.5 million!  We fixed it… and checked.\n1. Keep the money.\n2. Do nothing."
    )
    assert [piece.strip() for piece in sentences(text)] == [
        "Dear customer,",
        "We paid twice, e.g. on 3 March.",
        "Dr. Osei, J. Smith and no. 7 know.",
        "“Why?” you may ask.",
        "It cost 2.5 million!",
        "We fixed it… and checked.",
        "1. Keep the money.",
        "2. Do nothing.",
    ]
    assert not says_something("– – –\n")
    assert key_of("We  paid\n") == key_of("We paid")
