"""How far harm can reach: whatever a workflow sets off, the worst is found, and no word differs from the incident's."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from incidents import severity_inputs
from registry.blast_radius import (
    Reach,
    Reversibility,
    Validation,
    is_unchecked_harm,
    weight,
    worst_path,
    worst_reversibility,
)


@dataclass
class Action:
    reversibility: str
    validation: str
    reach: str


ACTIONS = st.builds(
    Action,
    reversibility=st.sampled_from([str(kind) for kind in Reversibility]),
    validation=st.sampled_from([str(kind) for kind in Validation]),
    reach=st.sampled_from([str(kind) for kind in Reach]),
)


def test_reversibility_and_reach_are_the_symbols_by_which_severity_is_judged() -> None:
    assert list(Reversibility.choices()) == list(severity_inputs.Reversibility.choices())
    assert [reach.value for reach in Reach] == [exposure.value for exposure in severity_inputs.Exposure]


def test_nothing_set_off_has_no_worst() -> None:
    assert worst_reversibility([]) is None
    assert worst_path(list[Action]()) is None


@given(st.lists(ACTIONS, min_size=1))
def test_none_is_harder_to_undo_than_the_worst(actions: list[Action]) -> None:
    worst = worst_reversibility(actions)
    assert worst is not None
    assert worst in {action.reversibility for action in actions}
    assert all(worst.reaches(Reversibility(action.reversibility)) for action in actions)


@given(st.lists(ACTIONS), st.lists(ACTIONS))
def test_one_action_more_never_makes_it_easier_to_undo(few: list[Action], more: list[Action]) -> None:
    before, after = worst_reversibility(few), worst_reversibility([*few, *more])
    assert before is None or (after is not None and after.reaches(before))


@given(st.lists(ACTIONS, min_size=1))
def test_unchecked_harm_is_the_worst_path_wherever_there_is_any(actions: list[Action]) -> None:
    worst = worst_path(actions)
    assert worst is not None
    assert is_unchecked_harm(worst) == any(is_unchecked_harm(action) for action in actions)
    if not is_unchecked_harm(worst):
        assert all(weight(worst) >= weight(action) for action in actions)


@given(ACTIONS)
def test_a_check_in_front_never_makes_a_path_worse(action: Action) -> None:
    for validation in Validation:
        guarded = Action(action.reversibility, str(validation), action.reach)
        if validation.reaches(Validation(action.validation)):
            assert weight(guarded) <= weight(action)


@given(ACTIONS)
def test_unchecked_harm_is_all_three_at_once(action: Action) -> None:
    assert is_unchecked_harm(action) == (
        (action.reversibility, action.validation) == ("IRREVERSIBLE", "NONE") and action.reach != "INTERNAL"
    )
