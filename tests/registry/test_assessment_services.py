"""Judging the tier."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import TierAssessment, TierRuleSet, User, Workflow
from registry.services import assessments
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rules_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped rules came into force with the database, which may be younger than these tests' clock."""
    for rules in TierRuleSet.objects.all():
        rules.effective_at = datetime(2020, 1, 1, tzinfo=UTC)
        rules.save()


def asked(workflow: Workflow, days: int = 30) -> TierAssessment:
    return making.assessed(
        workflow,
        at=NOW,
        override_tier="T2",
        override_reason="A person checks each one",
        override_until_date=(NOW + timedelta(days=days)).date(),
    )


def decide(
    assessment: TierAssessment, approve: bool = True, by: User | None = None, at: datetime = NOW
) -> TierAssessment:
    return assessments.decide_override(
        assessment,
        by=by or people.executive(),
        at=at,
        approve=approve,
        reason="Seen in person",
    )


def tier_of(workflow: Workflow) -> str:
    workflow.refresh_from_db()
    return workflow.tier


def test_an_assessment_puts_its_tier_in_force_and_keeps_its_explanation() -> None:
    workflow = making.workflow()
    made = making.assessed(workflow, at=NOW)
    assert tier_of(workflow) == "T1"
    assert {cause["area"] for cause in made.explanation["causes"]} == {"AUTONOMY", "CUSTOMER_EXPOSURE"}
    assert "KILL_SWITCH" in made.explanation["capabilities"]


def test_an_owner_does_not_judge_their_own_case() -> None:
    with pytest.raises(Refused, match="Only risk staff"):
        making.assessed(making.workflow(), by=people.owner(), at=NOW)


def test_an_answer_above_low_needs_its_reason() -> None:
    given = making.answers(AUTONOMY="HIGH")
    given["AUTONOMY"]["reason"] = "  "
    with pytest.raises(ValidationError) as refused:
        making.assessed(making.workflow(), at=NOW, answers=given)
    assert list(refused.value.error_dict) == ["AUTONOMY_reason"]


def test_every_area_must_be_answered() -> None:
    with pytest.raises(ValidationError) as refused:
        making.assessed(making.workflow(), at=NOW, answers={})
    assert len(refused.value.error_dict) == 7


def test_a_class_that_binds_needs_its_reason() -> None:
    with pytest.raises(ValidationError) as refused:
        making.assessed(making.workflow(), at=NOW, ai_act_class="HIGH_RISK")
    assert list(refused.value.error_dict) == ["ai_act_reason"]


def test_another_tier_waits_for_a_second_person() -> None:
    workflow = making.workflow()
    asked(workflow)
    assert tier_of(workflow) == "T1"


def test_nobody_approves_what_they_asked_for() -> None:
    assessment = asked(making.workflow())
    with pytest.raises(Refused, match="another person has to decide"):
        decide(assessment, by=people.risk())


@pytest.mark.parametrize("somebody", [people.owner, people.responder, people.auditor, people.member])
def test_only_risk_and_executives_decide(somebody: Callable[[], User]) -> None:
    assessment = asked(making.workflow())
    with pytest.raises(Refused):
        decide(assessment, by=somebody())


def test_an_approved_tier_is_in_force_until_its_last_day() -> None:
    workflow = making.workflow()
    decide(asked(workflow, days=30))
    assert tier_of(workflow) == "T2"
    assert assessments.tier_in_force(workflow, NOW + timedelta(days=30)) == "T2"
    assert assessments.tier_in_force(workflow, NOW + timedelta(days=31)) == "T1"


def test_the_sweep_puts_the_rules_back_in_force_once() -> None:
    workflow = making.workflow()
    decide(asked(workflow, days=30))
    later = NOW + timedelta(days=31)
    assert assessments.end_overrides(at=NOW) == 0
    assert assessments.end_overrides(at=later) == 1
    assert tier_of(workflow) == "T1"
    assert assessments.end_overrides(at=later) == 0


def test_a_refused_tier_leaves_the_rules_in_force() -> None:
    workflow = making.workflow()
    refused = decide(asked(workflow), approve=False)
    assert refused.override_status == "REFUSED"
    assert tier_of(workflow) == "T1"


def test_a_decision_is_made_once() -> None:
    assessment = asked(making.workflow())
    decide(assessment)
    with pytest.raises(Conflict):
        decide(assessment, approve=False, by=people.risk("Ruth Risk"))


def test_an_assessment_that_was_followed_is_not_decided_any_more() -> None:
    workflow = making.workflow()
    assessment = asked(workflow)
    making.assessed(workflow, at=NOW)
    with pytest.raises(Conflict, match="assessed again since"):
        decide(assessment)


def test_time_that_has_passed_cannot_be_approved() -> None:
    assessment = asked(making.workflow(), days=1)
    with pytest.raises(Conflict, match="has passed"):
        decide(assessment, at=NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"override_reason": ""}, "override_reason"),
        ({"override_tier": "T1"}, "override_tier"),
        ({"override_tier": "T9"}, "override_tier"),
        ({"override_until_date": None}, "override_until_date"),
        ({"override_until_date": (NOW - timedelta(days=1)).date()}, "override_until_date"),
        ({"override_until_date": (NOW + timedelta(days=400)).date()}, "override_until_date"),
    ],
)
def test_another_tier_needs_reason_difference_and_an_end(change: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {
        "override_tier": "T2",
        "override_reason": "A person checks",
        "override_until_date": (NOW + timedelta(days=30)).date(),
        **change,
    }
    with pytest.raises(ValidationError) as refused:
        making.assessed(making.workflow(), at=NOW, **given)
    assert list(refused.value.error_dict) == [field]


def test_asking_later_follows_the_assessment_with_the_same_answers() -> None:
    workflow = making.workflow()
    first = making.assessed(workflow, at=NOW)
    ruth = people.risk("Ruth Risk")
    second = assessments.ask_override(
        workflow, by=ruth, at=NOW, tier="T3", reason="Pilot with staff only", until_date=NOW.date()
    )
    assert second.pk != first.pk
    assert second.answers == first.answers
    assert (second.assessed_by, second.override_status) == (ruth, "ASKED")


def test_only_one_request_for_another_tier_waits_at_a_time() -> None:
    workflow = making.workflow()
    asked(workflow)
    with pytest.raises(Conflict, match="asked for already"):
        assessments.ask_override(
            workflow, by=people.risk(), at=NOW, tier="T3", reason="Once more", until_date=NOW.date()
        )


def test_a_workflow_nobody_assessed_has_no_tier() -> None:
    assert assessments.tier_in_force(making.workflow(), timezone.now()) == ""
