"""What several containments come to: the strictest of each, whatever their order, and never looser by one more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.modes import NOTHING, Effect, EffectProblem, Mode, combine

NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta-4"])
EFFECTS = st.builds(
    Effect,
    mode=st.sampled_from(list(Mode)),
    pins=st.dictionaries(NAMES, st.sampled_from(["1", "2"]), max_size=2),
    disabled_tools=st.frozensets(NAMES, max_size=3),
    blocked_sources=st.frozensets(NAMES, max_size=3),
    scope=st.none() | st.frozensets(NAMES, max_size=3),
    limits=st.dictionaries(NAMES, st.integers(-5, 5), max_size=3),
)


@given(st.lists(EFFECTS, max_size=5), EFFECTS)
def test_one_more_never_loosens(some: list[Effect], one: Effect) -> None:
    both = combine([*some, one])
    assert both.tightens(combine(some))
    assert both.tightens(one)


@given(st.lists(EFFECTS, max_size=5), st.integers(0, 4))
def test_taking_one_back_leaves_the_others(some: list[Effect], place: int) -> None:
    rest = some[:place] + some[place + 1 :]
    assert combine(some).tightens(combine(rest))
    assert all(combine(rest).tightens(each) for each in rest)


@given(EFFECTS, EFFECTS, EFFECTS)
def test_how_they_are_grouped_does_not_matter(one: Effect, two: Effect, three: Effect) -> None:
    assert one.with_(two).with_(three) == one.with_(two.with_(three))


@given(EFFECTS, EFFECTS)
def test_their_order_matters_only_for_versions_of_one_surface(one: Effect, two: Effect) -> None:
    there, back = one.with_(two), two.with_(one)
    assert {**there.written(), "pins": 0} == {**back.written(), "pins": 0}
    assert set(there.pins) == set(back.pins)
    assert there.pins == {**one.pins, **two.pins}


@given(EFFECTS)
def test_the_same_twice_is_the_same(one: Effect) -> None:
    assert one.with_(one) == one
    assert one.with_(NOTHING) == NOTHING.with_(one) == one


@given(EFFECTS)
def test_what_is_written_is_read_back(one: Effect) -> None:
    assert Effect.read(one.written()) == one


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@given(ANYTHING)
def test_anything_else_is_refused_in_words(given_: Any) -> None:
    with pytest.raises(EffectProblem) as refused:
        Effect.read({"mode": given_, "pins": given_, "scope": given_, "limits": given_, "modus": "killed"})
    assert set(refused.value.problems) >= {"modus"}
    assert all(refused.value.problems.values())


def test_two_scopes_leave_what_both_allow_and_no_limit_is_raised() -> None:
    one = Effect(scope=frozenset({"uk", "fr"}), limits={"amount": 5})
    two = Effect(scope=frozenset({"fr", "de"}), limits={"amount": 9})
    assert one.with_(two).written() == {"scope": ["fr"], "limits": {"amount": 5}}
