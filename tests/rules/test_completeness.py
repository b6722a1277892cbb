from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.completeness import ActionFacts, ReviewFacts, missing

ACTION = ActionFacts("Add an alert on refund amounts", has_owner=True, due_date=date(2026, 5, 4), category="SWITCH")
WHOLE = ReviewFacts(
    what_happened="Refunds were paid twice.",
    timeline_entries=3,
    causes=1,
    detection="Two days; nothing counted refunds.",
    containment="The refund tool was switched off.",
    blast_radius="41 customers.",
    controls="The duplicate check looked at the wrong field.",
    first_signal="A customer wrote in.",
    actions=(ACTION,),
)


def test_a_whole_review_lacks_nothing() -> None:
    assert missing(WHOLE) == []


@pytest.mark.parametrize("name", [field.name for field in fields(ReviewFacts)])
def test_each_part_left_empty_is_named_once(name: str) -> None:
    empty: Any = getattr(ReviewFacts(), name)
    assert len(missing(replace(WHOLE, **{name: empty}))) == 1


def test_a_review_without_action_items_is_refused() -> None:
    assert missing(replace(WHOLE, actions=())) == ["There is no action item. A review must change something."]


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"what": "Do better"}, "is not specific"),
        ({"has_owner": False}, "has no owner"),
        ({"due_date": None}, "has no due date"),
        ({"category": ""}, "has no category"),
    ],
)
def test_an_action_item_must_be_specific_owned_dated_and_of_a_kind(change: dict[str, Any], lack: str) -> None:
    (problem,) = missing(replace(WHOLE, actions=(ACTION, replace(ACTION, **change))))
    assert problem.startswith("Action item 2 ")
    assert lack in problem


@given(
    st.builds(
        ReviewFacts,
        actions=st.tuples(
            st.builds(
                ActionFacts, st.text(), has_owner=st.booleans(), due_date=st.none() | st.dates(), category=st.text()
            )
        ),
    )
)
def test_whatever_is_lacking_is_said_in_sentences(facts: ReviewFacts) -> None:
    assert all(sentence.endswith(".") for sentence in missing(facts))
