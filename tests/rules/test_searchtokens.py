"""What is typed into the search box becomes filters, words and notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.models.workflow_words import Answer, Impact, Stage, Tier
from registry.searchtokens import TOKENS, parse


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("tier:1", [("tier", "T1")]),
        ("TIER:t2", [("tier", "T2")]),
        ("tier:none", [("tier", "NONE")]),
        ("stage:Production", [("stage", "PRODUCTION")]),
        ("owner:me", [("owner", "me")]),
        ("owner:none", [("owner", "none")]),
        ("owner:ines", [("owner_name", "ines")]),
        ('unit:"Customer care"', [("unit_name", "Customer care")]),
        ("public:yes", [("public", "YES")]),
        ("tag:x", [("tag", "x")]),
        ("review:overdue", [("review", "overdue")]),
        ("incident:open", [("incident", "open")]),
        ("blind:yes", [("blind", "yes")]),
        ("blind:No", [("blind", "no")]),
        ("drift:yes drift:none", [("drift", "yes"), ("drift", "none")]),
        ("changed:7d", [("changed", "7d")]),
        ("created:2026-11-01", [("created", "2026-11-01")]),
        ("tier:1 tier:2", [("tier", "T1"), ("tier", "T2")]),
    ],
)
def test_a_token_becomes_the_filter_it_names(typed: str, filters: list[tuple[str, str]]) -> None:
    found = parse(typed)
    assert list(found.filters) == filters
    assert found.words == ""
    assert found.notes == ()


def test_words_around_tokens_are_searched_for() -> None:
    found = parse("claims tier:1 triage owner:me")
    assert found.words == "claims triage"
    assert found.filters == (("tier", "T1"), ("owner", "me"))


def test_an_unknown_filter_is_explained_and_searched_for() -> None:
    found = parse("foo:bar baz")
    assert found.words == "foo:bar baz"
    assert found.notes == ("No filter called foo; searched for the words instead.",)


def test_a_value_that_a_filter_does_not_know_is_explained_with_those_it_knows() -> None:
    found = parse("tier:9")
    assert found.filters == ()
    assert "tier cannot be “9”; try 1, 2, 3, 4" in found.notes[0]


def test_a_day_that_is_none_is_explained() -> None:
    assert "2026-11-01" in parse("changed:lately").notes[0]


@pytest.mark.parametrize("typed", ["tier:", "a: b", "12:30", '"tier:1"', ":", '"', "unit:"])
def test_what_only_looks_like_a_filter_is_words(typed: str) -> None:
    assert parse(typed).filters == ()


def test_every_stored_choice_can_be_typed() -> None:
    def reachable(name: str) -> set[str]:
        return set(TOKENS[name].values.values())

    assert reachable("tier") == {*Tier.values, "NONE"}
    assert reachable("stage") == set(Stage.values)
    assert reachable("impact") == set(Impact.values)
    assert reachable("public") == set(Answer.values)


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_is_refused(typed: str) -> None:
    found = parse(typed)
    assert all(name and value for name, value in found.filters)
