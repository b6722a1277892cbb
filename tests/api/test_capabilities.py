"""Required capabilities and acceptances through the API: the same rules as on pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import making
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    restore()
    made = making.workflow()
    making.assessed(made)
    return made


def url(workflow: Workflow, rest: str = "") -> str:
    return f"{V1}/workflows/{workflow.pk}/capabilities/{rest}"


def test_each_capability_says_how_it_stands_and_which_answer_asks_for_it(workflow: Workflow) -> None:
    rows = client_of(people.member()).get(url(workflow)).json()["results"]
    assert len(rows) == 7
    found = next(row for row in rows if row["capability"] == "KILL_SWITCH")
    assert (found["state"], found["name"], found["area"]) == ("GAP", "Kill switch", "Autonomy")
    assert found["asked_for_by"] == {"level": "HIGH", "reason": "Because"}


def test_a_pipeline_of_the_owner_states_meets_and_takes_back(workflow: Workflow) -> None:
    client, one = client_of(people.owner()), url(workflow, "KILL_SWITCH/")
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    body = {"owner": people.owner().pk, "due_date": due, "version": 1, "reason": "Planned"}
    assert client.post(f"{one}state/", body).json()["due_date"] == due
    problem_of(client.post(f"{one}state/", {**body, "due_date": None}), 409)
    assert "evidence" in problem_of(client.post(f"{one}meet/", {"version": 2}), 422)["errors"]
    met = client.post(f"{one}meet/", {"evidence": "Drill 12 passed", "version": 2}).json()
    assert (met["state"], met["met_by"]["name"]) == ("MET", "Otto Owner")
    assert client.post(f"{one}unmeet/", {"version": 3, "reason": "Flag removed"}).json()["state"] == "GAP"


def test_others_are_refused_with_the_reason(workflow: Workflow) -> None:
    answer = client_of(people.member()).post(url(workflow, "KILL_SWITCH/meet/"), {"evidence": "x", "version": 1})
    assert "owners of this workflow" in problem_of(answer, 403)["detail"]
    problem_of(client_of(people.owner()).post(url(workflow, "TRACE_IDS/meet/"), {"evidence": "x", "version": 1}), 404)


def test_an_acceptance_is_decided_by_a_second_person_and_withdrawn(workflow: Workflow) -> None:
    asker = client_of(people.risk())
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    asked = asker.post(url(workflow, "ROLLBACK/ask-acceptance/"), {"until_date": until, "reason": "Next release"})
    assert asked.status_code == 201, asked.content
    one = f"{V1}/gap-acceptances/{asked.json()['id']}/"
    problem_of(asker.post(f"{one}decide/", {"accept": True, "reason": "Mine"}), 403)
    decided = client_of(people.executive()).post(f"{one}decide/", {"accept": True, "reason": "For a month"}).json()
    assert (decided["status"], decided["is_in_force"]) == ("ACCEPTED", True)
    assert asker.get(url(workflow, "ROLLBACK/")).json()["state"] == "ACCEPTED"
    assert asker.post(f"{one}withdraw/", {"reason": "Harm was seen"}).json()["status"] == "WITHDRAWN"
    assert asker.get(url(workflow, "ROLLBACK/")).json()["state"] == "GAP"
    assert [row["id"] for row in asker.get(f"{V1}/gap-acceptances/?status=WITHDRAWN").json()["results"]] == [
        asked.json()["id"]
    ]


def test_the_list_of_gaps_takes_the_filters_of_the_page(workflow: Workflow) -> None:
    client = client_of(people.owner())
    client.post(url(workflow, "KILL_SWITCH/meet/"), {"evidence": "Drill", "version": 1})
    rows = client.get(f"{V1}/gaps/").json()["results"]
    assert len(rows) == 6
    assert [row["capability"] for row in client.get(f"{V1}/gaps/?state=MET").json()["results"]] == ["KILL_SWITCH"]
    assert len(client.get(f"{V1}/gaps/?area=AUTONOMY&owner=none&tier=T1").json()["results"]) == 3
    problem_of(client.get(f"{V1}/gaps/?state=NOPE"), 422)


def test_the_state_then_is_told_at_a_moment(workflow: Workflow) -> None:
    client = client_of(people.owner())
    before = (timezone.now() - timedelta(days=1)).isoformat()
    assert client.get(url(workflow), {"at": before}).status_code == 404
