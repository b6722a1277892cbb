"""The seven questions: each with a place, an answer and neighbours; a review that ends."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.models import Playbook
from registry.playbook_questions import FIELDS, REVIEW_LASTS, Question, neighbours, question_of, review_due


def test_there_are_seven_and_every_answer_is_a_column_of_the_playbook() -> None:
    assert [question.number for question in Question] == [1, 2, 3, 4, 5, 6, 7]
    assert len(set(FIELDS)) == len(FIELDS) == 8
    assert set(FIELDS) <= {field.name for field in Playbook._meta.concrete_fields}


def test_one_walks_through_all_of_them_forward_and_back() -> None:
    walked, here = [], question_of("incident")
    while here is not None:
        walked.append(here)
        here = neighbours(here)[1]
    assert walked == list(Question)
    assert [neighbours(question)[0] for question in walked] == [None, *walked[:-1]]
    assert question_of("nothing") is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(0, 800))  # noqa: DTZ001
def test_a_review_is_due_again_after_a_year(at: datetime, days: int) -> None:
    today: date = at.date() + timedelta(days=days)
    assert review_due(at, today) == (days > REVIEW_LASTS.days)
    assert review_due(None, today)
