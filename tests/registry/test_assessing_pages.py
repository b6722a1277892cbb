"""The questionnaire in the browser: page by page, nothing lost, checked before it is submitted."""

from typing import Any

import pytest
from django.test import Client

from registry.models import AssessmentDraft, TierAssessment, Workflow
from tests import people
from tests.registry import making
from tests.registry.assessing import answer, answer_all, begin, page
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def draft() -> AssessmentDraft:
    return AssessmentDraft.objects.get()


def test_every_page_is_kept_and_leads_to_the_next(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    kept = answer(risk, workflow, "CUSTOMER_EXPOSURE", "HIGH", evidence="https://example.test/design\n")
    assert kept["Location"] == page(workflow, "DATA_SENSITIVITY")
    assert draft().answers == {
        "CUSTOMER_EXPOSURE": {"level": "HIGH", "reason": "Because", "evidence": ["https://example.test/design"]}
    }
    again = risk.get(page(workflow, "CUSTOMER_EXPOSURE")).context
    assert (again["form"]["level"].value(), again["number"], again["pages"]) == ("HIGH", 1, 9)


def test_a_new_session_goes_on_where_the_old_one_ended(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    answer(risk, workflow, "CUSTOMER_EXPOSURE")
    risk.logout()
    lost = answer(risk, workflow, "DATA_SENSITIVITY", "HIGH")
    assert "/account/login/" in lost["Location"]
    back = signed_in(people.risk())
    assert back.get(f"/workflows/{workflow.pk}/tier/assess/").context["continue_url"] == page(
        workflow, "DATA_SENSITIVITY"
    )
    assert list(draft().answers) == ["CUSTOMER_EXPOSURE"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"level": ""}, "level"),
        ({"level": "HIGH", "reason": " "}, "reason"),
        ({"level": "LOW", "evidence": "http://example.test/"}, "evidence"),
        ({"level": "LOW", "evidence": "javascript:alert(1)"}, "evidence"),
        ({"level": "LOW", "evidence": "\n".join(f"https://example.test/{n}" for n in range(11))}, "evidence"),
    ],
)
def test_what_is_wrong_with_an_area_is_said_by_its_field(
    workflow: Workflow, risk: Client, typed: dict[str, str], field: str
) -> None:
    begin(risk, workflow)
    refused = risk.post(page(workflow, "AUTONOMY"), {"verb": "save", **typed})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {field}
    assert draft().answers == {}


def test_the_result_stays_beside_every_page_without_script(workflow: Workflow, risk: Client) -> None:
    making.assessed(workflow)
    begin(risk, workflow)
    shown = risk.post(page(workflow, "AUTONOMY"), {"level": "LOW", "reason": "", "verb": "preview"})
    assert shown.status_code == 200
    assert shown.context["panel"].result.tier == "T2"
    assert shown.context["form"]["level"].value() == "LOW"
    assert draft().answers["AUTONOMY"]["level"] == "HIGH"


def test_the_panel_alone_names_what_is_still_to_answer(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    answer_to = risk.post(f"{page(workflow, 'AUTONOMY')}result/", {"level": "HIGH"})
    assert len(answer_to.context["panel"].missing) == 6
    assert risk.post(f"{page(workflow, 'AUTONOMY')}result/", {"level": "NONSENSE"}).status_code == 200


def test_the_questions_of_the_act_follow_the_answers(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    assert risk.get(page(workflow, "LISTED")).status_code == 302  # an earlier question is open
    sent = {"points": ["5(1)(c)"], "reason": "Scores tenants", "verb": "save"}
    assert risk.post(page(workflow, "PROHIBITED"), sent)["Location"].endswith("/assess/check/")
    changed = risk.post(page(workflow, "PROHIBITED") + "?change", {"points": ["NONE"], "verb": "save"})
    assert changed.status_code == 302
    assert risk.get(page(workflow, "PRODUCT")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "points"),
        ({"points": ["NONE", "5(1)(a)"], "reason": "Both"}, "points"),
        ({"points": ["5(1)(a)"]}, "reason"),
        ({"points": ["9(9)"], "reason": "Made up"}, "points"),
    ],
)
def test_a_question_of_the_act_needs_an_answer_that_makes_sense(
    workflow: Workflow, risk: Client, typed: dict[str, Any], field: str
) -> None:
    begin(risk, workflow)
    refused = risk.post(page(workflow, "PROHIBITED"), {"verb": "save", **typed})
    assert refused.status_code == 422
    assert field in refused.context["form"].errors


def test_submitting_makes_one_assessment_and_ends_the_draft(workflow: Workflow, risk: Client) -> None:
    answer_all(risk, workflow, AUTONOMY="HIGH")
    checked = risk.get(f"/workflows/{workflow.pk}/tier/assess/check/")
    assert checked.context["open"] == []
    form = {"once": making.token()}
    for _sending in range(2):
        assert risk.post(f"/workflows/{workflow.pk}/tier/assess/check/", form).status_code == 302
    made = TierAssessment.objects.get()
    assert (made.computed_tier, made.ai_act_class, made.ai_act_finding["ground"]) == ("T2", "MINIMAL", "NOTHING")
    assert not AssessmentDraft.objects.exists()


def test_what_is_missing_is_named_and_nothing_is_submitted(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    answer(risk, workflow, "AUTONOMY", "HIGH")
    refused = risk.post(f"/workflows/{workflow.pk}/tier/assess/check/", {"once": making.token()})
    assert refused.status_code == 422
    assert "Reversibility: Choose an answer." in refused.content.decode()
    assert not TierAssessment.objects.exists()
    assert AssessmentDraft.objects.exists()


def test_a_newer_assessment_by_somebody_else_is_shown_before_submitting(workflow: Workflow, risk: Client) -> None:
    answer_all(risk, workflow, AUTONOMY="HIGH")
    theirs = making.assessed(workflow, by=people.risk("Second Risk"), answers=making.answers(AUTONOMY="ELEVATED"))
    url = f"/workflows/{workflow.pk}/tier/assess/check/"
    assert risk.post(url, {"once": making.token()}).status_code == 409
    shown = risk.get(url)
    assert [(d.subject, d.old, d.new) for d in shown.context["newer_differences"]] == [("Autonomy", "Elevated", "High")]
    assert risk.post(url, {"once": making.token(), "seen": theirs.pk}).status_code == 302
    assert TierAssessment.objects.count() == 2


def test_two_windows_do_not_overwrite_each_other_unseen(workflow: Workflow, risk: Client) -> None:
    begin(risk, workflow)
    opened = draft().version
    answer(risk, workflow, "AUTONOMY", "HIGH", opened_version=opened)
    stale = answer(risk, workflow, "AUTONOMY", "LOW", opened_version=opened)
    assert stale.status_code == 422
    assert "another window" in stale.content.decode()
    assert draft().answers["AUTONOMY"]["level"] == "HIGH"
    again = answer(risk, workflow, "AUTONOMY", "LOW", opened_version=stale.context["form"]["opened_version"].value())
    assert again.status_code == 302


def test_an_assessment_begins_with_the_last_answers_and_can_be_discarded(workflow: Workflow, risk: Client) -> None:
    making.assessed(workflow)
    begin(risk, workflow)
    form = risk.get(page(workflow, "AUTONOMY")).context["form"]
    assert (form["level"].value(), form["reason"].value()) == ("HIGH", "Because")
    assert risk.post(f"/workflows/{workflow.pk}/tier/assess/", {"verb": "discard"}).status_code == 302
    assert not AssessmentDraft.objects.exists()
    assert TierAssessment.objects.count() == 1


def test_hostile_text_stays_text_on_every_page(workflow: Workflow, risk: Client) -> None:
    answer_all(risk, workflow)
    answer(risk, workflow, "AUTONOMY", "HIGH", reason=SCRIPT)
    checked = risk.get(f"/workflows/{workflow.pk}/tier/assess/check/").content.decode()
    risk.post(f"/workflows/{workflow.pk}/tier/assess/check/", {"once": making.token()})
    after = risk.get(f"/workflows/{workflow.pk}/tier/").content.decode()
    for shown in (checked, after):
        assert SCRIPT not in shown
        assert "&lt;script&gt;" in shown


def test_answers_that_do_not_fit_are_pointed_out(workflow: Workflow, risk: Client) -> None:
    making.surface(workflow, kind="TOOL")
    answer_all(risk, workflow)
    checked = risk.get(f"/workflows/{workflow.pk}/tier/assess/check/")
    assert [odd.step for odd in checked.context["panel"].contradictions] == ["AUTONOMY"]
    making.action(workflow, name="Pay a refund", reversibility="IRREVERSIBLE", reach="INTERNAL")
    page = risk.get(f"/workflows/{workflow.pk}/tier/assess/reversibility/").content.decode()
    assert "“Pay a refund” is registered downstream as undone at a cost, or not at all." in page


@pytest.mark.parametrize("step", ["check", "autonomy"])
def test_pages_without_a_draft_lead_to_its_beginning(workflow: Workflow, risk: Client, step: str) -> None:
    answer_to = risk.get(f"/workflows/{workflow.pk}/tier/assess/{step}/")
    assert answer_to["Location"] == f"/workflows/{workflow.pk}/tier/assess/"


def test_a_page_costs_a_fixed_number_of_queries(
    workflow: Workflow, risk: Client, django_assert_max_num_queries: Any
) -> None:
    answer_all(risk, workflow)
    for step in ("autonomy", "listed", "check"):
        with django_assert_max_num_queries(14):
            assert risk.get(f"/workflows/{workflow.pk}/tier/assess/{step}/").status_code == 200
