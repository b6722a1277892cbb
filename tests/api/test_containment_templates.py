"""Containment templates through the API: the same options, the same refusals."""

import pytest

from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_template_is_read_and_added_whole_or_in_part() -> None:
    owner, workflow = client_of(people.owner()), workflow_of(people.owner())
    keys = [row["key"] for row in owner.get(f"{V1}/containment-templates/").json()]
    assert keys[3] == "agent"
    read = owner.get(f"{V1}/containment-templates/agent/").json()
    problem_of(owner.get(f"{V1}/containment-templates/rocket/"), 404)
    url = f"{V1}/workflows/{workflow.pk}/containment-options/from-template/"
    part = [{"option": "off"}, {"option": "tool", "name": "Letter tool off", "expected_minutes": 3}]
    body = {"template": "agent", "reason": "Before go-live", "options": part}
    problem_of(client_of(people.member()).post(url, body), 403)
    made = owner.post(url, body)
    assert made.status_code == 201, made.content
    first = owner.get(f"{V1}/containment-options/{made.json()['options'][0]}/").json()
    assert (first["name"], first["rung"], first["fresh_until"]) == ("Letter tool off", "LIMIT", None)
    refused = problem_of(owner.post(url, {"template": "agent", "reason": "All"}), 422)
    assert list(refused["errors"]) == ["off-name"]
    assert workflow.containment_options.count() == 2
    problem_of(owner.post(url, body | {"options": [{"option": "rocket"}]}), 422)
    problem_of(owner.post(url, body | {"options": []}), 422)
    problem_of(owner.post(url, body | {"template": "rocket"}), 422)
    assert len(read["options"]) == 7


def test_a_proof_says_where_it_was_made_and_the_capability_how_long_it_holds() -> None:
    owner, workflow = client_of(people.owner()), workflow_of(people.owner())
    url = f"{V1}/workflows/{workflow.pk}/containment-options/from-template/"
    made = owner.post(url, {"template": "copilot", "reason": "Prepared", "options": [{"option": "off"}]})
    one = f"{V1}/containment-options/{made.json()['options'][0]}/"
    proven = owner.post(f"{one}prove/", {"how": "Drill", "minutes": 2}).json()
    assert (proven["proven_in"], proven["fresh_until"] is not None) == ("DRILL", True)
    assert owner.post(f"{one}prove/", {"how": "Used", "minutes": 2, "occasion": "INCIDENT"}).json()["proven_in"] == (
        "INCIDENT"
    )
