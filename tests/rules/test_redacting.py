"""Taking passages out of a text: nothing of them is left, everything else is, and the mark tells nothing."""

from hypothesis import given
from hypothesis import strategies as st

from incidents.redacting import MARK, Passage, not_found, redact, still_there, too_short

WORDS = st.text(st.sampled_from("abcAB \n.é"), min_size=2, max_size=6).filter(
    lambda text: len("".join(text.split())) > 1
)
TEXTS = st.text(st.sampled_from("abcAB \n.é"), max_size=80)
PASSAGES = st.lists(WORDS.map(lambda text: Passage(text, "x")), min_size=1, max_size=4)


@given(text=TEXTS, passages=PASSAGES)
def test_what_stays_is_the_text_without_what_was_taken_and_in_its_order(text: str, passages: list[Passage]) -> None:
    found = redact(text, passages)
    at = 0
    for is_mark, words in found.pieces:
        if is_mark:
            assert words == f"{MARK} [x]"
            continue
        assert words
        at = text.index(words, at) + len(words)
    assert found.taken == sum(is_mark for is_mark, _words in found.pieces)
    kept = [words for is_mark, words in found.pieces if not is_mark]
    assert all(not each.pattern.search(words) for words in kept for each in passages)
    assert still_there(found, passages) == []


@given(text=TEXTS, passage=WORDS, longer=st.integers(1, 30))
def test_the_mark_is_the_same_however_long_the_passage_was(text: str, passage: str, longer: int) -> None:
    short, long = Passage("§§"), Passage("§" * (2 + longer))
    around = text.replace("§", "")
    assert redact(f"{around}§§{around}", [short]).text == redact(f"{around}{long.text}{around}", [long]).text


def test_capitals_and_line_breaks_hide_nothing() -> None:
    found = redact("Ada Lovelace wrote.\nADA\n  lovelace signed.", [Passage("ada lovelace", "name")])
    assert found.text == f"{MARK} [name] wrote.\n{MARK} [name] signed."


def test_places_that_overlap_become_one_with_both_reasons() -> None:
    found = redact("claim 88123 of Ada", [Passage("claim 88123", "number"), Passage("88123 of Ada", "name")])
    assert (found.text, found.taken) == (f"{MARK} [number, name]", 1)


def test_what_could_still_be_read_is_told() -> None:
    passage = Passage("Ada", "name of Ada")
    assert still_there(redact("Ada wrote", [passage]), [passage]) == [passage]
    assert not_found("Ada wrote", [Passage("Charles")]) == [Passage("Charles")]
    assert too_short([Passage(" A "), Passage("Ad")]) == [Passage(" A ")]
