"""Gates through the API: the same refusals as on pages, also where stage and autonomy are changed directly."""

from datetime import timedelta

import pytest

from registry.models import Workflow
from registry.services import capabilities
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry.gating import now, pilot, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return pilot()


def test_a_pipeline_asks_and_puts_into_effect_what_another_person_granted(workflow: Workflow) -> None:
    owner, risk, one = client_of(people.owner()), client_of(people.risk()), f"{V1}/workflows/{workflow.pk}/"
    live = {"stage": "PRODUCTION", "version": workflow.version, "reason": "Live"}
    refused = problem_of(owner.patch(one, live), 422)
    assert f"/workflows/{workflow.pk}/gates/" in refused["errors"]["stage"][0]
    asked = owner.post(f"{one}gates/", {"kind": "GO_LIVE", "reason": "Eight weeks of pilot"})
    assert asked.status_code == 201, asked.content
    request = f"{V1}/gate-requests/{asked.json()['id']}/"
    problem_of(owner.post(f"{request}decide/", {"approve": True, "reason": "Mine"}), 403)
    due = (today() + timedelta(days=9)).isoformat()
    condition = {"text": "Second monitor", "due_date": due, "owner": people.owner().pk}
    wrong = {"approve": False, "reason": "No", "conditions": [condition]}
    assert "conditions" in problem_of(risk.post(f"{request}decide/", wrong), 422)["errors"]
    granted = risk.post(f"{request}decide/", {"approve": True, "reason": "Read", "conditions": [condition]}).json()
    assert (granted["status"], granted["is_usable"], granted["facts"]["schema"]) == ("GRANTED", True, "holdfast.gate/1")
    number = granted["conditions"][0]["id"]
    met = owner.post(f"{V1}/gate-conditions/{number}/meet/", {"evidence": "In use"}).json()
    assert met["met_by"]["name"] == "Otto Owner"
    done = owner.patch(one, {**live, "implemented_date": today().isoformat()})
    assert (done.status_code, done.json()["production_basis"]) == (200, "GATE")
    assert owner.get(request).json()["used_by"]["name"] == "Otto Owner"
    used = owner.get(f"{V1}/gate-requests/?status=USED").json()["results"]
    assert [row["reference"] for row in used] == [asked.json()["reference"]]


def test_what_is_missing_is_a_conflict_and_more_autonomy_a_refusal_by_its_field(workflow: Workflow) -> None:
    owner, one = client_of(people.owner()), f"{V1}/workflows/{workflow.pk}/"
    refused = problem_of(owner.patch(one, {"autonomy": "ACTS_ALONE", "version": workflow.version, "reason": "x"}), 422)
    assert "autonomy" in refused["errors"]
    capabilities.unmeet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Gone")
    more = {"kind": "MORE_AUTONOMY", "to_autonomy": "ACTS_ALONE", "reason": "Earned"}
    problem = problem_of(owner.post(f"{one}gates/", more), 409)
    assert problem["type"].endswith("gate-not-met")
    assert "Severity model" in problem["detail"]
    problem_of(client_of(people.member()).post(f"{one}gates/", more), 403)


def test_an_entry_that_runs_already_is_made_by_risk_staff_only() -> None:
    body = {"name": "Found running", "stage": "PRODUCTION", "reason": "Found"}
    assert "stage" in problem_of(client_of(people.owner()).post(f"{V1}/workflows/", body), 422)["errors"]
    made = client_of(people.risk()).post(f"{V1}/workflows/", body)
    assert made.json()["production_basis"] == "ON_ENTRY"


def test_many_at_once_are_refused_by_row(workflow: Workflow) -> None:
    body = {"rows": [{"workflow": workflow.pk, "version": workflow.version}], "changes": {"stage": "PRODUCTION"}}
    tried = client_of(people.risk()).post(f"{V1}/change-sets/try/", body).json()
    assert "needs an approval" in tried["rows"][0]["refusal"]
    problem_of(client_of(people.risk()).post(f"{V1}/change-sets/", {**body, "reason": "Go"}), 409)
