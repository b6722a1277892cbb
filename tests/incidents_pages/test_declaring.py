"""Declaring and reporting by page."""

import pytest

from incidents.models import Incident
from registry.models import Workflow
from tests import people
from tests.incidents_pages.conftest import SignIn

pytestmark = pytest.mark.django_db


def answers(workflow: Workflow | None = None, **changes: str) -> dict[str, str]:
    return {
        "title": "Claims declined in error",
        "workflow": str(workflow.pk) if workflow else "unknown",
        "harm": "NOT_SURE",
        "once": "a" * 32,
        **changes,
    }


def test_three_answers_make_an_incident_and_lead_into_its_room(as_user: SignIn, workflow: Workflow) -> None:
    answer = as_user(people.member()).post("/incidents/declare/", answers(workflow))
    incident = Incident.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/incidents/{incident.pk}/"
    assert incident.severity == "SEV-2"
    assert incident.summary == "Claims declined in error"


def test_sending_the_form_twice_declares_once(as_user: SignIn, workflow: Workflow) -> None:
    client = as_user(people.member())
    first, second = (client.post("/incidents/declare/", answers(workflow)) for _turn in range(2))
    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


def test_a_workflow_that_is_not_known_is_an_answer(as_user: SignIn, db: None) -> None:
    as_user(people.member()).post("/incidents/declare/", answers())
    assert not Incident.objects.get().workflows.exists()


def test_what_was_typed_comes_back_with_what_is_wrong(as_user: SignIn, workflow: Workflow) -> None:
    answer = as_user(people.member()).post("/incidents/declare/", answers(workflow, title="", summary="Long words"))
    assert answer.status_code == 422
    assert "Long words" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"title"}
    assert not Incident.objects.exists()


def test_noticing_in_the_future_is_refused_at_its_field(as_user: SignIn, workflow: Workflow) -> None:
    answer = as_user(people.member()).post("/incidents/declare/", answers(workflow, detected_at="2999-01-01T00:00"))
    assert answer.status_code == 422
    assert "detected_at" in answer.context["form"].errors


def test_the_search_button_finds_workflows_without_script_and_keeps_what_was_typed(
    as_user: SignIn, workflow: Workflow
) -> None:
    typed = answers(q="triage", find="1", summary="Words so far")
    answer = as_user(people.member()).post("/incidents/declare/", typed)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="workflow" value="{workflow.pk}"' in text
    assert "Words so far" in text
    assert not Incident.objects.exists()


def test_what_is_going_on_in_the_workflow_is_shown_before_declaring(as_user: SignIn, incident: Incident) -> None:
    workflow = incident.workflows.get()
    answer = as_user(people.member()).get(f"/incidents/declare/?workflow={workflow.pk}")
    assert "Going on in this workflow already" in answer.content.decode()


def test_a_restricted_incident_is_not_shown_as_similar(as_user: SignIn, incident: Incident) -> None:
    incident.visibility = "RESTRICTED"
    incident.save()
    answer = as_user(people.member()).get(f"/incidents/declare/similar/?workflow={incident.workflows.get().pk}")
    assert incident.title not in answer.content.decode()


def test_a_near_miss_stays_in_triage(as_user: SignIn, workflow: Workflow) -> None:
    typed = answers(workflow, category="NEAR_MISS")
    as_user(people.member()).post("/incidents/near-miss/", typed)
    assert (Incident.objects.get().category, Incident.objects.get().state) == ("NEAR_MISS", "TRIAGE")


def test_auditors_do_not_declare(as_user: SignIn, db: None) -> None:
    answer = as_user(people.auditor()).get("/incidents/declare/")
    assert answer.status_code == 403
    assert "Auditors read the record" in answer.content.decode()


@pytest.mark.parametrize("value", ["", "999999", "abc", "1;drop", "9" * 40])
def test_a_workflow_that_does_not_exist_is_refused(as_user: SignIn, db: None, value: str) -> None:
    answer = as_user(people.member()).post("/incidents/declare/", answers(workflow=None) | {"workflow": value})
    assert answer.status_code == 422
    assert "workflow" in answer.context["form"].errors
