"""Assessing the tier on the page, trying it first, and deciding on another tier."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import TierAssessment, Workflow
from registry.risk_areas import Area
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def filled(**changes: str) -> dict[str, str]:
    low = {f"{area}_level": "LOW" for area in Area}
    return {**low, "ai_act_class": "MINIMAL", "verb": "save", **changes}


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def test_the_page_saves_an_assessment_once(workflow: Workflow, risk: Client) -> None:
    form = filled(AUTONOMY_level="HIGH", AUTONOMY_reason=SCRIPT, once=making.token())
    for _sending in range(2):
        assert risk.post(f"/workflows/{workflow.pk}/tier/assess/", form).status_code == 302
    assert TierAssessment.objects.get().computed_tier == "T2"
    page = risk.get(f"/workflows/{workflow.pk}/tier/").content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_a_missing_answer_and_a_missing_reason_are_shown_together(workflow: Workflow, risk: Client) -> None:
    form = filled(AUTONOMY_level="HIGH", RECURRENCE_level="", ai_act_class="HIGH_RISK")
    answer = risk.post(f"/workflows/{workflow.pk}/tier/assess/", form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"AUTONOMY_reason", "RECURRENCE_level", "ai_act_reason"}
    assert not TierAssessment.objects.exists()


def test_the_result_can_be_seen_without_saving_and_without_script(workflow: Workflow, risk: Client) -> None:
    form = filled(verb="preview", AUTONOMY_level="HIGH", AUTONOMY_reason="Sends letters")
    answer = risk.post(f"/workflows/{workflow.pk}/tier/assess/", form)
    assert answer.status_code == 200
    assert answer.context["result"].tier == "T2"
    assert "Sends letters" in answer.content.decode()
    assert answer.context["form"]["AUTONOMY_level"].value() == "HIGH"
    assert not TierAssessment.objects.exists()


def test_the_panel_names_what_is_still_to_answer(workflow: Workflow, risk: Client) -> None:
    given = {"AUTONOMY_level": "HIGH", "ai_act_class": "NONSENSE"}
    answer = risk.post(f"/workflows/{workflow.pk}/tier/preview/", given)
    assert answer.status_code == 200
    assert "Autonomy" not in answer.context["missing"]
    assert len(answer.context["missing"]) == 6


def test_a_new_assessment_begins_with_the_last_answers(workflow: Workflow, risk: Client) -> None:
    making.assessed(workflow)
    form = risk.get(f"/workflows/{workflow.pk}/tier/assess/").context["form"]
    assert (form["AUTONOMY_level"].value(), form["AUTONOMY_reason"].value()) == ("HIGH", "Because")


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
    for address in ("assess/", "override/"):
        assert client.get(f"/workflows/{workflow.pk}/tier/{address}").status_code == 403
    assert client.post(f"/workflows/{workflow.pk}/tier/preview/").status_code == 403


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
