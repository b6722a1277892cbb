"""One written form for a record, whatever order or zone it came in."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.documents.canonical import NotCanonicalError, canonical
from tests.documents.sample_record import START

text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(text, values, max_size=4))
def test_reading_back_and_writing_again_changes_nothing(record: dict[str, object]) -> None:
    written = canonical(record)
    assert json.loads(written) == record
    assert canonical(dict(reversed(json.loads(written).items()))) == written


def test_keys_are_sorted_by_utf_16_code_units_as_rfc_8785_demands() -> None:
    record = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    expected = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'
    assert canonical(record) == expected.encode()


def test_an_instant_is_written_in_utc_whatever_its_zone() -> None:
    here = datetime(2026, 3, 14, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    assert canonical({"at": here, "on": date(2026, 3, 14)}) == b'{"at":"2026-03-14T08:30:00Z","on":"2026-03-14"}'
    assert canonical({"at": here}) == canonical({"at": here.astimezone(UTC)})


@pytest.mark.parametrize(
    "value", [0.1, float("nan"), 2**53, START.replace(tzinfo=None), {1: "a"}, {"a"}, b"a", "\ud800"]
)
def test_what_has_no_single_written_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical({"deep": [value]})
