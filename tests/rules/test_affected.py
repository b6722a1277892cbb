"""Deciding outputs, sharing them out, judging many by a sample: rules without a database."""

from collections import Counter
from datetime import UTC, datetime
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.affected import Decision, Moved, Remedy, Standing, counted, refusal, shares
from incidents.affected_rows import gathered, read_file, read_text
from incidents.sampling import drawn, wilson
from registry.sheets import SheetRefused

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
people = st.integers(1, 4)
standings = st.builds(
    Standing,
    decision=st.sampled_from(list(Decision)),
    by=people,
    first_by=st.none() | people,
    remedied=st.booleans(),
)


@given(standings, people, st.sampled_from(list(Decision)), st.booleans())
def test_nobody_settles_what_they_found_ambiguous(now: Standing, by: int, decision: str, has_reason: bool) -> None:
    allowed = not refusal(now, by=by, decision=decision, has_reason=has_reason)
    if allowed and now.decision == Decision.AMBIGUOUS:
        assert by != now.by
        assert decision in (Decision.AFFECTED, Decision.UNAFFECTED)
    if allowed and now.first_by is not None:
        assert by != now.first_by


@given(standings, people, st.sampled_from(list(Decision)))
def test_what_was_settled_changes_only_with_a_reason_and_never_once_put_right(
    now: Standing, by: int, decision: str
) -> None:
    if now.remedied or now.decision in (Decision.AFFECTED, Decision.UNAFFECTED):
        assert refusal(now, by=by, decision=decision)
    if now.remedied:
        assert refusal(now, by=by, decision=decision, has_reason=True)


def test_only_what_is_affected_is_put_right() -> None:
    assert refusal(Standing(), by=1, decision=Decision.UNAFFECTED, remedy=Remedy.CORRECTION)
    assert not refusal(Standing(), by=1, decision=Decision.AFFECTED, remedy=Remedy.CORRECTION)


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_shares_are_even_and_nothing_is_lost(count: int, among: int) -> None:
    found = shares(count, among)
    assert sum(found) == count
    assert len(found) == among
    assert max(found) - min(found) <= 1


@given(st.lists(st.tuples(st.sampled_from(Decision), st.sampled_from(Moved), st.sampled_from(Remedy), st.booleans())))
def test_the_kinds_of_a_tally_add_up(rows: list[tuple[str, str, str, bool]]) -> None:
    found = counted(rows)
    assert found.undecided + found.affected + found.ambiguous + found.unaffected == found.total == len(rows)
    assert found.moved <= found.affected
    assert found.owed <= found.affected


refs = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=40)


@given(refs, st.text(max_size=4), st.data())
def test_a_sample_is_the_same_for_everybody_and_grows_without_losing_any(
    everything: list[str], seed: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(everything)))
    smaller = data.draw(st.integers(0, size))
    found = drawn(everything, seed=seed, size=size)
    assert found == drawn(sorted(everything), seed=seed, size=size)
    assert set(drawn(everything, seed=seed, size=smaller)) <= set(found)
    assert len(found) == size


def test_each_output_is_drawn_about_as_often() -> None:
    everything = [f"CL-{n}" for n in range(20)]
    times = Counter(ref for seed in range(2000) for ref in drawn(everything, seed=str(seed), size=5))
    assert all(400 < times[ref] < 600 for ref in everything)


@given(st.integers(1, 2000), st.data())
def test_the_interval_holds_the_share_and_narrows(size: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, size))
    found, wider = wilson(hits, size), wilson(hits * 4, size * 4)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert wider.high - wider.low <= found.high - found.low + 1e-12
    mirrored = wilson(size - hits, size)
    assert isclose(mirrored.low, 1 - found.high, abs_tol=1e-12)


def test_the_interval_is_that_of_wilson() -> None:
    """Newcombe (Statistics in Medicine 17, 1998, table I) gives 0.2553 to 0.3662 for 81 of 263."""
    found = wilson(81, 263)
    assert round(found.low, 4) == 0.2553
    assert round(found.high, 4) == 0.3662
    assert wilson(0, 20).low == 0
    assert round(wilson(0, 20).high, 4) == 0.1611


def test_a_list_is_read_with_its_own_words_for_things() -> None:
    text = "decision_id;time;Text;customer group;score\nCL-1;2026-03-01T10:00Z;Declined;North;0.9\nCL-2;;;;\n"
    first, second = read_text(text, now=NOW).rows
    assert (first.ref, first.preview, first.segment, first.attributes) == (
        "CL-1",
        "Declined",
        "North",
        {"score": "0.9"},
    )
    assert first.occurred_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (second.ref, second.occurred_at, second.attributes) == ("CL-2", None, {})


def test_bare_ids_need_no_heading_and_json_lines_no_columns() -> None:
    assert [row.ref for row in read_text("CL-1\n\nCL-2\nCL-1\n", now=NOW).rows] == ["CL-1", "CL-2"]
    assert read_text("CL-1\n\nCL-2\nCL-1\n", now=NOW).repeats == 1
    assert read_text('{"id": 7, "why": ["x"]}\n{"id": "8"}', now=NOW).rows[0].attributes == {"why": ["x"]}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("id,link\nCL-1,javascript:alert(1)\n", 2, "http"),
        ("id,time\nCL-1,yesterday\n", 2, "yesterday"),
        ("id,time\nCL-1,2027-01-01T00:00Z\n", 2, "future"),
        ("id,text\nCL-1,a\nCL-1,b\n", 3, "line 2"),
        ("id,text\n,a\n", 2, "no id"),
        ("name,text\nx,a\n", 1, "“id”"),
        ('{"id": "1"}\n{"id":\n', 2, "JSON"),
        ('{"id": "\\ud800"}', 1, "half a character"),
        ("id\n" + "x" * 201, 2, "200"),
        ('id,text\nCL-1,"open\n', 2, "quotation"),
        ("", 1, "nothing"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(text: str, line: int, word: str) -> None:
    (found,) = read_text(text, now=NOW).problems
    assert found[0] == line
    assert word in found[1]


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.none() | st.integers(), max_size=4)))
def test_whatever_a_program_sends_is_taken_or_named(rows: list[dict[str, object]]) -> None:
    found = gathered(enumerate(rows, start=1), now=NOW)
    assert len(found.rows) + found.repeats + len(found.problems) == len(rows)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_text(text, now=NOW)


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00", b"id\nCL-1\x01\n", "id\nÄ-1\nÄ".encode()[:-1]])
def test_a_file_that_is_cut_off_or_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(SheetRefused):
        read_file(data, "ids.csv", now=NOW)


def test_a_last_line_that_ends_too_early_is_told() -> None:
    assert [row.ref for row in read_text("id,segment\nCL-1,North\nCL-2,South", now=NOW).rows] == ["CL-1", "CL-2"]
    assert "Line 3" in read_text("id,segment\nCL-1,North\nCL-2", now=NOW).sentences[0]
