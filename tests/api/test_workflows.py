"""The register through the API."""

from typing import Any

import pytest

from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import LOW, workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db
URL = f"{V1}/workflows/"


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_registered_workflow_has_its_maker_origin_and_request_in_its_history() -> None:
    risk = people.risk()
    answer = client_of(risk).post(URL, {"name": "Fraud scoring", "tags": ["fraud", "fraud"], "reason": "Inventory"})
    assert answer.status_code == 201
    assert answer.json()["tags"] == ["fraud"]
    history: Any = Workflow.history.model
    row = history.objects.get(id=answer.json()["id"])
    assert row.history_user_id == risk.pk
    assert row.history_origin == "API"
    assert row.history_unit_id == answer.headers["X-Request-Id"]
    assert row.history_change_reason == "Inventory"


def test_an_edit_changes_what_was_sent_and_nothing_else() -> None:
    workflow = workflow_of(people.owner(), purpose="Sorts claims")
    body = {"purpose": "Sorts claims by urgency", "version": 1, "reason": "Clearer"}
    answer = client_of(people.owner()).patch(f"{URL}{workflow.pk}/", body)
    assert answer.status_code == 200
    assert (answer.json()["purpose"], answer.json()["name"]) == ("Sorts claims by urgency", "Claims triage")
    assert answer.json()["version"] == 2


def test_a_stale_edit_is_refused_with_both_values() -> None:
    workflow = workflow_of(people.owner(), purpose="Sorts claims")
    client = client_of(people.owner())
    client.patch(f"{URL}{workflow.pk}/", {"purpose": "First", "version": 1, "reason": "One"})
    body = problem_of(client.patch(f"{URL}{workflow.pk}/", {"purpose": "Second", "version": 1, "reason": "Two"}), 409)
    assert body["type"].endswith("stale")
    assert body["differences"] == {"Purpose": {"stored": "First", "sent": "Second"}}
    assert body["current_version"] == 2
    assert client.get(f"{URL}{workflow.pk}/").json()["purpose"] == "First"


def test_an_edit_without_the_version_that_was_read_is_refused() -> None:
    workflow = workflow_of(people.owner())
    answer = client_of(people.risk()).patch(f"{URL}{workflow.pk}/", {"purpose": "New"})
    assert set(problem_of(answer, 422)["errors"]) == {"version", "reason"}


def test_only_risk_staff_change_owners() -> None:
    workflow = workflow_of(people.owner())
    body = {"business_owner": people.member().pk, "version": 1, "reason": "Moved"}
    problem_of(client_of(people.owner()).patch(f"{URL}{workflow.pk}/", body), 403)
    assert client_of(people.risk()).patch(f"{URL}{workflow.pk}/", body).json()["business_owner"]["name"] == "Max Member"


def test_the_list_takes_the_filters_of_the_page() -> None:
    workflow_of(people.owner(), "Claims triage", tags=["claims"])
    workflow_of(people.owner(), "Fraud scoring")
    client = client_of(people.member())

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"{URL}?{query}").json()["results"]]

    assert names("q=fraud") == ["Fraud scoring"]
    assert names("tag=claims") == ["Claims triage"]
    assert names("tier=NONE&stage=PRODUCTION") == ["Fraud scoring", "Claims triage"]
    assert names("owner=me") == []


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    client = client_of(people.member())
    client.get(URL)
    for number in range(12):
        workflow_of(people.owner(), f"Workflow {number}")
    with django_assert_max_num_queries(3):
        assert len(client.get(URL).json()["results"]) == 12


def test_the_history_of_a_workflow_reads_like_on_its_page() -> None:
    workflow = workflow_of(people.owner())
    client = client_of(people.owner())
    client.patch(f"{URL}{workflow.pk}/", {"stage": "RETIRED", "version": 1, "reason": "Replaced"})
    newest = client.get(f"{URL}{workflow.pk}/history/").json()["results"][0]
    assert newest["reason"] == "Replaced"
    assert newest["actor"]["name"] == "Otto Owner"
    assert newest["origin"] == "API"
    assert {"field": "stage", "label": "Lifecycle stage", "old": "Production", "new": "Retired"} in newest["changes"]


def test_an_assessment_puts_a_tier_in_force_and_another_person_decides_on_an_override() -> None:
    workflow = workflow_of(people.owner())
    url = f"{URL}{workflow.pk}/tier-assessments/"
    body = {"answers": {**LOW, "AUTONOMY": {"level": "HIGH", "reason": "Pays out alone"}}, "ai_act_class": "MINIMAL"}
    asker = client_of(people.risk())
    assert asker.post(url, body).status_code == 201
    assert asker.get(f"{URL}{workflow.pk}/").json()["tier"] in {"T1", "T2"}
    later = (workflow.created_at.date()).replace(year=workflow.created_at.year + 1).isoformat()
    asked = asker.post(f"{url}ask-override/", {"tier": "T4", "until_date": later, "reason": "Shadow mode"})
    assert asked.status_code == 201, asked.content
    decide = f"{url}{asked.json()['id']}/decide/"
    problem_of(asker.post(decide, {"approve": True, "reason": "Mine"}), 403)
    decided = client_of(people.executive()).post(decide, {"approve": True, "reason": "Agreed for the trial"})
    assert decided.json()["override_status"] == "APPROVED"
    assert asker.get(f"{URL}{workflow.pk}/").json()["tier"] == "T4"


def test_a_level_above_low_needs_its_reason() -> None:
    workflow = workflow_of(people.owner())
    body = {"answers": {**LOW, "AUTONOMY": {"level": "HIGH"}}, "ai_act_class": "MINIMAL"}
    answer = client_of(people.risk()).post(f"{URL}{workflow.pk}/tier-assessments/", body)
    assert "AUTONOMY_reason" in problem_of(answer, 422)["errors"]
