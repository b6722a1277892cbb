"""Baselines, drift and deployments through the API."""

import pytest

from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db
CALL = {"kind": "PROMPT", "name": "triage-system", "label": "41", "digest": "sha256:aa", "note": "First"}


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_pipeline_records_a_version_in_one_call_and_the_same_call_changes_nothing() -> None:
    workflow, client = workflow_of(people.owner()), client_of(people.owner())
    url = f"{V1}/workflows/{workflow.slug}/deployments/"
    made = client.post(url, CALL)
    assert made.status_code == 201, made.content
    assert (made.json()["version"]["label"], made.json()["is_current"]) == ("41", True)
    assert made.json()["drift"]["number"] is None
    again = client.post(f"{V1}/workflows/{workflow.pk}/deployments/", CALL)
    assert (again.status_code, again.json()["version"]) == (200, made.json()["version"])
    assert "another digest" in str(problem_of(client.post(url, {**CALL, "digest": "sha256:bb"}), 422)["errors"])
    assert workflow.surfaces.get().versions.count() == 1


def test_a_deployment_for_a_workflow_that_is_not_there_or_not_ones_own_is_refused() -> None:
    workflow = workflow_of(people.owner())
    problem_of(client_of(people.owner()).post(f"{V1}/workflows/no-such/deployments/", CALL), 404)
    problem_of(client_of(people.member()).post(f"{V1}/workflows/{workflow.slug}/deployments/", CALL), 403)
    bad = {**CALL, "kind": "WISH", "changed_at": "soon"}
    refused = problem_of(client_of(people.owner()).post(f"{V1}/workflows/{workflow.slug}/deployments/", bad), 422)
    assert set(refused["errors"]) == {"kind", "changed_at"}


def test_a_baseline_is_proposed_decided_read_and_drifted_from() -> None:
    workflow, owner, risk = workflow_of(people.owner()), client_of(people.owner()), client_of(people.risk())
    url = f"{V1}/workflows/{workflow.pk}/"
    owner.post(f"{url}deployments/", CALL)
    problem_of(owner.post(f"{url}baselines/", {"reason": "As tested", "seen": "0" * 64}), 409)
    seen = owner.get(f"{url}drift/").json()["seen"]
    made = owner.post(f"{url}baselines/", {"reason": "As tested", "limits": "100 a day", "seen": seen})
    assert made.status_code == 201, made.content
    one = f"{V1}/baselines/{made.json()['id']}/"
    problem_of(owner.post(f"{one}decide/", {"approve": True, "reason": "Mine"}), 403)
    assert risk.post(f"{one}decide/", {"approve": True, "reason": "Read it"}).json()["status"] == "APPROVED"
    assert owner.get(f"{url}drift/").json()["number"] == 0
    told = owner.post(f"{url}deployments/", {**CALL, "label": "42"}).json()["drift"]
    assert (told["baseline_number"], told["number"]) == (1, 1)
    assert told["differences"] == [
        {
            "kind": "PROMPT",
            "name": "triage-system",
            "change": "VERSION",
            "old": {"version": "41", "digest": "sha256:aa"},
            "new": {"version": "42", "digest": "sha256:aa"},
        }
    ]
    read = owner.get(one).json()
    assert read["content"]["surfaces"][0]["version"] == "41"
    assert [row["number"] for row in owner.get(f"{url}baselines/", {"status": "APPROVED"}).json()["results"]] == [1]
    found = owner.get(f"{V1}/workflows/", {"drift": "yes"}).json()["results"]
    assert [(row["id"], row["drift"]) for row in found] == [(workflow.pk, 1)]


def test_a_proposal_is_withdrawn_and_a_surface_retired_and_brought_back() -> None:
    workflow, owner = workflow_of(people.owner()), client_of(people.owner())
    url = f"{V1}/workflows/{workflow.pk}/"
    surface = owner.post(f"{url}deployments/", CALL).json()["surface"]["id"]
    made = owner.post(f"{url}baselines/", {"reason": "As tested"}).json()
    one = f"{V1}/baselines/{made['id']}/withdraw/"
    problem_of(client_of(people.risk()).post(one, {"reason": "Not mine"}), 403)
    assert owner.post(one, {"reason": "Wrong prompt"}).json()["withdrawal_reason"] == "Wrong prompt"
    problem_of(owner.post(one, {"reason": "Again"}), 409)
    retired = owner.post(f"{V1}/surfaces/{surface}/retire/", {"reason": "Replaced"}).json()
    assert (retired["is_active"], retired["retired_reason"]) == (False, "Replaced")
    problem_of(owner.post(f"{url}deployments/", {**CALL, "label": "42"}), 409)
    assert owner.post(f"{V1}/surfaces/{surface}/bring-back/", {"reason": "Needed"}).json()["is_active"] is True
