"""People are told before an approved other tier ends, and when it has; each stage once."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.models import Notice, TierAssessment
from registry.services import assessments
from registry.services.override_chase import chase_overrides
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


def approved(days: int = 60) -> TierAssessment:
    made = making.assessed(
        making.workflow(),
        at=NOW,
        override_tier="T2",
        override_reason="Pilot",
        override_until_date=(NOW + timedelta(days=days)).date(),
    )
    return assessments.decide_override(made, by=people.executive(), at=NOW, approve=True, reason="Agreed")


def told(days: int) -> set[str]:
    before = set(Notice.objects.values_list("pk", flat=True))
    chase_overrides(at=NOW + timedelta(days=days))
    return {notice.recipient.name for notice in Notice.objects.exclude(pk__in=before)}


def test_asker_owner_and_risk_are_told_fourteen_and_three_days_before_and_when_it_has_ended() -> None:
    approved(days=60)
    people.risk("Second Risk")
    everybody = {"Rita Risk", "Second Risk", "Otto Owner"}
    assert told(45) == set()
    assert told(46) == everybody
    assert told(47) == set()
    assert told(57) == everybody
    assert told(60) == set()
    assert told(61) == everybody
    assert told(62) == set()
    assert Notice.objects.filter(kind="TIER_OVERRIDE").latest("pk").subject.endswith("has run out")


def test_a_stage_that_was_missed_is_not_caught_up_on() -> None:
    approved(days=60)
    told(61)
    assert not Notice.objects.filter(subject__contains="ends in").exists()


def test_what_waits_or_was_refused_or_followed_by_another_assessment_is_not_chased() -> None:
    chased = approved(days=10)
    making.assessed(chased.workflow, at=NOW + timedelta(days=1))
    making.assessed(
        making.workflow(name="Asked only"),
        at=NOW,
        override_tier="T2",
        override_reason="Pilot",
        override_until_date=(NOW + timedelta(days=5)).date(),
    )
    assert told(2) == set()


def test_what_ended_long_ago_is_no_news() -> None:
    approved(days=10)
    assert told(60) == set()
