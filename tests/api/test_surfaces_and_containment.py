"""What a workflow runs on, and the ways to limit harm."""

import pytest

from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_pipeline_records_versions_and_the_owner_says_which_is_good() -> None:
    workflow = workflow_of(people.owner())
    client = client_of(people.owner())
    surface = client.post(
        f"{V1}/workflows/{workflow.pk}/surfaces/", {"kind": "PROMPT", "name": "Letters", "reason": "Inventory"}
    ).json()
    versions = f"{V1}/surfaces/{surface['id']}/versions/"
    good = client.post(versions, {"label": "1.0", "note": "First"}).json()
    client.post(f"{versions}{good['id']}/mark-known-good/", {"note": "Two weeks without a fault"})
    client.post(versions, {"label": "1.1", "note": "Shorter"})
    shown = client.get(f"{V1}/surfaces/{surface['id']}/").json()
    assert (shown["current"]["label"], shown["known_good"]["label"], shown["is_at_known_good"]) == ("1.1", "1.0", False)
    back = client.post(f"{versions}{good['id']}/put-back/", {"reason": "1.1 cites no policy"})
    assert back.json()["is_at_known_good"] is True


def test_a_version_is_recorded_once() -> None:
    workflow = workflow_of(people.owner())
    client = client_of(people.owner())
    surface = client.post(
        f"{V1}/workflows/{workflow.pk}/surfaces/", {"kind": "MODEL", "name": "M", "reason": "Inventory"}
    ).json()
    url = f"{V1}/surfaces/{surface['id']}/versions/"
    client.post(url, {"label": "1.0", "note": "First"})
    assert set(problem_of(client.post(url, {"label": "1.0", "note": "Again"}), 422)["errors"]) == {"label"}


def test_an_option_is_prepared_changed_proven_and_found() -> None:
    workflow = workflow_of(people.owner())
    client = client_of(people.owner())
    body = {
        "kind": "KILL_SWITCH",
        "name": "Stop it all",
        "instructions": "Pull the switch.",
        "executors": ["RESPONDER"],
        "named_executors": [people.member().pk],
        "expected_minutes": 5,
        "reason": "Prepared",
    }
    option = client.post(f"{V1}/workflows/{workflow.pk}/containment-options/", body)
    assert option.status_code == 201, option.content
    url = f"{V1}/containment-options/{option.json()['id']}/"
    edited = client.patch(url, {"expected_minutes": 3, "version": 1, "reason": "Faster now"}).json()
    assert (edited["expected_minutes"], edited["named_executors"][0]["name"]) == (3, "Max Member")
    stale = problem_of(client.patch(url, {"expected_minutes": 9, "version": 1, "reason": "Late"}), 409)
    assert list(stale["differences"].values()) == [{"stored": "3", "sent": "9"}]
    proven = client_of(people.responder()).post(f"{url}prove/", {"how": "Drill", "minutes": 2}).json()
    assert proven["proven_minutes"] == 2
    found = client.get(f"{V1}/containment-options/", {"workflow": str(workflow.pk), "kind": "KILL_SWITCH"}).json()
    assert [row["id"] for row in found["results"]] == [option.json()["id"]]
    assert "workflow" in problem_of(client.get(f"{V1}/containment-options/?workflow=999999"), 422)["errors"]
