"""What happened before: counted by workflow and kind, shown by what is most alike, and nothing that may not be seen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.recurring import PATTERN_FROM, recurrence
from incidents.services import recurrence as services
from incidents.services import restricting
from incidents.severity_inputs import Recurrence
from registry.models import User
from reviews.services import actions
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after


@given(st.integers(0, 20), st.integers(0, 5))
def test_more_of_the_same_never_weighs_less(alike: int, lapsed: int) -> None:
    found = recurrence(alike, lapsed)
    assert recurrence(alike + 1, lapsed).reaches(found)
    assert recurrence(alike, lapsed + 1).reaches(found)
    assert (found is Recurrence.PATTERN) == (alike >= PATTERN_FROM)
    assert (found is Recurrence.FIRST) == (not alike and not lapsed)


def earlier(incident: Incident, user: User | None = None) -> services.Earlier:
    return services.earlier(making.again(incident), user=user or people.responder(), at=after(10))


@pytest.mark.django_db
def test_the_same_workflow_and_kind_within_ninety_days_is_counted_and_the_most_alike_come_first() -> None:
    claims, other = making.workflow(), making.workflow("Letters")
    at = NOW - timedelta(days=100)
    old = making.declared(workflow=claims, kind="DRIFT", at=at, title="Old drift")
    same = making.declared(workflow=claims, kind="DRIFT", at=NOW - timedelta(days=5), title="Drift again")
    kin = making.declared(workflow=claims, kind="UNKNOWN", at=NOW - timedelta(days=4), title="Something else")
    words = making.declared(workflow=other, kind="DRIFT", at=NOW - timedelta(days=3), title="Refunds wrong")
    making.declared(workflow=claims, kind="DRIFT", at=NOW - timedelta(days=2), is_exercise=True)
    incident = making.declared(workflow=claims, kind="DRIFT")
    found = earlier(incident)
    assert (found.alike, found.proposed) == (1, Recurrence.REPEATED)
    assert [each.pk for each in found.shown[:3]] == [same.pk, old.pk, kin.pk]
    assert words.pk in [each.pk for each in found.shown]
    assert all(not each.is_exercise for each in found.shown)


@pytest.mark.django_db
def test_of_what_one_may_not_see_nothing_is_said() -> None:
    claims = making.workflow()
    hidden = making.declared(workflow=claims, kind="DRIFT", at=NOW - timedelta(days=1))
    restricting.restrict(hidden, by=people.risk(), at=after(0), reason="Names")
    incident = making.declared(workflow=claims, kind="DRIFT", by=people.risk())
    assert earlier(incident, people.member()).is_first
    assert earlier(incident, people.risk()).alike == 1


@pytest.mark.django_db
def test_a_fix_that_lapsed_is_named() -> None:
    claims = making.workflow()
    before = making.declared(workflow=claims, at=NOW - timedelta(days=40))
    actions.create(
        by=people.risk(), at=NOW - timedelta(days=39), incident=before, assignee=people.owner(),
        due_date=(NOW - timedelta(days=10)).date(), title="Check the price table daily", category="CONSTRAINT",
    )  # fmt: skip
    found = earlier(making.declared(workflow=claims))
    assert [fix.why for fix in found.lapsed] == ["Overdue"]
    assert found.proposed is Recurrence.REPEATED
