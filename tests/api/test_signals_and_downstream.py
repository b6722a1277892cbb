"""How workflows are watched and what they set off, through the API."""

import pytest

from registry.kernel.http.moments import written
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import workflow_of
from tests.asof.conftest import Clock
from tests.asof.conftest import clock as clock  # noqa: PLC0414 - a fixture
from tests.registry.making import ACTION, SIGNAL
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_signal_is_added_changed_shown_to_fire_found_and_retired() -> None:
    owner = people.owner()
    workflow, client = workflow_of(owner), client_of(owner)
    body = {**SIGNAL, "owner": owner.pk, "limit_value": "9", "limit_direction": "ABOVE", "unit": "%", "reason": "New"}
    added = client.post(f"{V1}/workflows/{workflow.pk}/signals/", body)
    assert added.status_code == 201, added.content
    url = f"{V1}/signals/{added.json()['id']}/"
    edited = client.patch(url, {"cadence": "DAILY", "version": 1, "reason": "Cheaper"}).json()
    assert (edited["cadence"], edited["owner"]["name"], edited["version"]) == ("DAILY", "Otto Owner", 2)
    stale = problem_of(client.patch(url, {"cadence": "WEEKLY", "version": 1, "reason": "Late"}), 409)
    assert list(stale["differences"].values()) == [{"stored": "Every day", "sent": "WEEKLY"}]
    assert client_of(people.responder()).post(f"{url}prove/", {"how": "Drill"}).json()["proven_how"] == "Drill"
    found = client.get(f"{V1}/signals/", {"workflow": str(workflow.pk), "is_active": "true"}).json()
    assert [row["id"] for row in found["results"]] == [added.json()["id"]]
    assert client.post(f"{url}retire/", {"reason": "Metric is gone"}).json()["is_active"] is False
    problem_of(client.post(f"{url}retire/", {"reason": "Again"}), 409)
    rows = client.get(f"{V1}/workflows/", {"blind": "yes"}).json()["results"]
    assert [row["id"] for row in rows] == [workflow.pk]


def test_a_downstream_action_is_added_changed_found_and_retired() -> None:
    workflow, client = workflow_of(people.owner()), client_of(people.owner())
    tool = client.post(
        f"{V1}/workflows/{workflow.pk}/surfaces/", {"kind": "TOOL", "name": "letters", "reason": "Inventory"}
    ).json()
    body = {**ACTION, "tool": tool["id"], "volume_per_day": 140, "reason": "New"}
    added = client.post(f"{V1}/workflows/{workflow.pk}/downstream-actions/", body)
    assert added.status_code == 201, added.content
    url = f"{V1}/downstream-actions/{added.json()['id']}/"
    assert client.patch(url, {"validation": "PERSON", "version": 1, "reason": "Safer"}).json()["version"] == 2
    problem_of(client.patch(url, {"validation": "NONE", "version": 1, "reason": "Late"}), 409)
    found = client.get(f"{V1}/downstream-actions/", {"reversibility": "IRREVERSIBLE", "validation": "PERSON"}).json()
    assert [row["id"] for row in found["results"]] == [added.json()["id"]]
    assert client.post(f"{url}retire/", {"reason": "Switched off"}).json()["retired_reason"] == "Switched off"


def test_what_contradicts_itself_is_refused_by_field() -> None:
    owner = people.owner()
    workflow, other = workflow_of(owner), workflow_of(owner, "Other")
    client = client_of(owner)
    body = {**SIGNAL, "owner": owner.pk, "limit_value": "9", "reason": "New"}
    refused = problem_of(client.post(f"{V1}/workflows/{workflow.pk}/signals/", body), 422)
    assert set(refused["errors"]) == {"limit_direction"}
    tool = client.post(f"{V1}/workflows/{other.pk}/surfaces/", {"kind": "TOOL", "name": "t", "reason": "x"}).json()
    body = {**ACTION, "tool": tool["id"], "reason": "New"}
    refused = problem_of(client.post(f"{V1}/workflows/{workflow.pk}/downstream-actions/", body), 422)
    assert set(refused["errors"]) == {"tool"}


def test_others_read_and_write_nothing() -> None:
    workflow = workflow_of(people.owner())
    client = client_of(people.member())
    for kind, body in (("signals", {**SIGNAL, "owner": 1}), ("downstream-actions", ACTION)):
        url = f"{V1}/workflows/{workflow.pk}/{kind}/"
        assert client.get(url).json()["results"] == []
        problem_of(client.post(url, {**body, "reason": "x"}), 403)


def test_a_signal_is_answered_as_it_was(clock: Clock) -> None:
    owner = people.owner()
    workflow, client = workflow_of(owner), client_of(owner)
    clock(1)
    body = {**SIGNAL, "owner": owner.pk, "reason": "New"}
    url = f"{V1}/signals/{client.post(f'{V1}/workflows/{workflow.pk}/signals/', body).json()['id']}/"
    then = clock(2)
    clock(3)
    client.post(f"{url}retire/", {"reason": "Metric is gone"})
    clock(4)
    assert client.get(url, {"at": written(then)}).json()["is_active"] is True
    assert client.get(url).json()["is_active"] is False
