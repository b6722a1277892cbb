"""The tier page, and deciding on another tier."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import TierAssessment, Workflow
from tests import people
from tests.registry import making
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def test_each_assessment_is_compared_with_the_one_before(workflow: Workflow, risk: Client) -> None:
    making.assessed(workflow)
    making.assessed(workflow, answers=making.answers(AUTONOMY="ELEVATED"))
    newest, first = risk.get(f"/workflows/{workflow.pk}/tier/").context["judgements"]
    assert [(d.subject, d.old, d.new) for d in newest.differences] == [
        ("Customer exposure", "High", "Low"),
        ("Autonomy", "High", "Elevated"),
        ("Tier by the rules", "T1 Critical", "T3 Moderate"),
    ]
    assert first.is_first


@pytest.mark.parametrize("somebody", [people.owner, people.member, people.auditor, people.responder, people.executive])
def test_others_do_not_assess(workflow: Workflow, somebody: Any) -> None:
    client = signed_in(somebody())
    for address in ("assess/", "assess/autonomy/", "assess/check/", "override/"):
        assert client.get(f"/workflows/{workflow.pk}/tier/{address}").status_code == 403
        assert client.post(f"/workflows/{workflow.pk}/tier/{address}").status_code == 403
    assert client.post(f"/workflows/{workflow.pk}/tier/assess/autonomy/result/").status_code == 403


def test_asking_and_deciding_goes_through_two_people(workflow: Workflow, risk: Client) -> None:
    making.assessed(workflow)
    asked = risk.post(
        f"/workflows/{workflow.pk}/tier/override/",
        {
            "override_tier": "T3",
            "override_reason": "Staff pilot",
            "override_until_date": timezone.now().date().isoformat(),
        },
    )
    assert asked.status_code == 302
    newest = TierAssessment.objects.order_by("-pk")[0]
    decision = {"verb": "approve", "reason": "Agreed"}
    assert risk.post(f"/assessments/{newest.pk}/decide/", decision).status_code == 403
    assert signed_in(people.executive()).post(f"/assessments/{newest.pk}/decide/", decision).status_code == 302
    workflow.refresh_from_db()
    assert workflow.tier == "T3"


def test_a_decision_without_a_reason_is_shown_again(workflow: Workflow) -> None:
    assessment = making.assessed(
        workflow, override_tier="T2", override_reason="Pilot", override_until_date=timezone.now().date()
    )
    given = {"verb": "refuse", "reason": ""}
    answer = signed_in(people.executive()).post(f"/assessments/{assessment.pk}/decide/", given)
    assert answer.status_code == 422
    assessment.refresh_from_db()
    assert assessment.override_status == "ASKED"


def test_another_tier_for_a_workflow_nobody_assessed_is_a_conflict(workflow: Workflow, risk: Client) -> None:
    assert risk.get(f"/workflows/{workflow.pk}/tier/override/").status_code == 409
