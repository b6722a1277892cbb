"""Custom values: whatever is given is stored in one form or refused with a sentence, and reads back the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.custom_ranges import Range, range_of
from registry.custom_values import KEY, FieldKind, NotAValue, key_for, plain, read, shown

CHOICES = ["North", "=1+1"]
ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from(list(FieldKind)), value=ANYTHING)
def test_reading_is_total_and_what_is_stored_reads_as_itself(kind: FieldKind, value: Any) -> None:
    try:
        stored = read(kind, value, CHOICES)
    except NotAValue:
        return
    if stored is not None:
        assert read(kind, json.loads(json.dumps(stored)), CHOICES) == stored
        assert read(kind, plain(stored), CHOICES) == stored
        assert shown(stored)


@given(number=st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=4))
def test_a_number_is_kept_to_the_last_place(number: Any) -> None:
    stored: Any = read(FieldKind.NUMBER, str(number))
    assert f"{stored:.4f}" == f"{number:.4f}".replace("-0.0000", "0.0000")
    assert read(FieldKind.NUMBER, shown(stored)) == stored


@pytest.mark.parametrize(
    ("kind", "given_text"),
    [
        ("LINK", "javascript:alert(1)"), ("LINK", "https://"), ("LINK", "https://x y"), ("NUMBER", "1e400"),
        ("NUMBER", "NaN"), ("DATE", "2026-02-30"), ("CHOICE", "South"), ("PERSON", "-1"), ("TEXT", "a\x00b"),
    ],
)  # fmt: skip
def test_what_a_kind_does_not_take_is_refused(kind: str, given_text: str) -> None:
    with pytest.raises(NotAValue):
        read(kind, given_text, CHOICES)


@given(name=st.text(max_size=60))
def test_a_key_made_of_a_name_is_a_key_or_nothing(name: str) -> None:
    key = key_for(name)
    assert not key or KEY.fullmatch(key)


def test_ranges_are_open_where_nothing_stands() -> None:
    assert range_of("NUMBER", "5..10") == Range(5, 10)
    assert range_of("NUMBER", ">=5") == Range(5, None)
    assert range_of("DATE", "..2026-01-31") == Range(None, "2026-01-31")
    assert range_of("NUMBER", "7") == Range(7, 7)
    for wrong in ("", "..", "10..5", "x", "2026-01-01"):
        with pytest.raises(NotAValue):
            range_of("NUMBER", wrong)
