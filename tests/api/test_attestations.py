"""Attestations through the API: an owner attests from a pipeline, risk staff run campaigns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import attesting, making

pytestmark = pytest.mark.django_db
CAMPAIGNS, ATTESTATIONS = f"{V1}/attestation-campaigns/", f"{V1}/attestations/"


@pytest.fixture
def workflow() -> Workflow:
    made = making.workflow()
    making.assessed(made)
    return made


def body(**fields: object) -> dict[str, object]:
    return {
        "name": "Autumn",
        "statement": "True as it stands.",
        "parts": ["RECORD"],
        "due_date": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "escalate_to": people.executive().pk,
        **fields,
    }


def test_a_campaign_is_started_from_a_view_reminded_and_closed(workflow: Workflow) -> None:
    making.workflow(name="Not tiered")
    client = client_of(people.risk())
    made = client.post(CAMPAIGNS, body(view="tier=T1")).json()
    assert (made["progress"]["asked"], made["view"], made["remind_every_days"]) == (1, "tier=T1", 7)
    assert "view" in problem_of(client.post(CAMPAIGNS, body()), 422)["errors"]
    assert "view" in problem_of(client.post(CAMPAIGNS, body(view="tier=T9")), 422)["errors"]
    problem_of(client.post(CAMPAIGNS, body(view="tier=T4")), 409)
    problem_of(client_of(people.owner()).post(CAMPAIGNS, body(workflows=[workflow.pk])), 403)
    one = f"{CAMPAIGNS}{made['id']}/"
    assert client.post(f"{one}remind/", {"words": "Please"}).json() == {"people": 1}
    closed = client.post(f"{one}close/", {"note": "Over"}).json()
    assert (closed["status"], closed["progress"]["missed"]) == ("CLOSED", 1)
    problem_of(client.post(f"{one}remind/", {}), 409)


def test_an_owner_attests_from_a_pipeline(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    client = client_of(people.owner())
    [row] = client.get(f"{ATTESTATIONS}?asked=me&state=OPEN").json()["results"]
    one = f"{ATTESTATIONS}{row['id']}/"
    read = client.get(one).json()
    assert (read["is_unchanged"], read["changes"], read["asked"]) == (False, [], attesting.STATEMENT)
    problem = problem_of(client.post(f"{one}attest/", {"seen": "0" * 64}), 409)
    assert problem["type"] == "urn:holdfast:problem:changed"
    signed = client.post(f"{one}attest/", {"seen": read["seen"]}).json()
    assert (signed["state"], signed["attested_by"]["name"]) == ("ATTESTED", "Otto Owner")
    found = client.get(f"{V1}/workflows/{workflow.pk}/").json()
    assert (found["attestation_due_date"], found["attested_at"]) == (None, signed["attested_at"])
    attesting.campaign(workflow, name="Next year")
    read = client.get(f"{ATTESTATIONS}{attesting.of(workflow).pk}/").json()
    done = client.post(f"{ATTESTATIONS}attest-unchanged/", {"chosen": {str(read["id"]): read["seen"]}}).json()
    assert ([row["id"] for row in done["attested"]], done["left"]) == ([read["id"]], [])


def test_it_is_corrected_handed_on_and_excused(workflow: Workflow) -> None:
    attesting.campaign(workflow)
    client, one = client_of(people.owner()), f"{ATTESTATIONS}{attesting.of(workflow).pk}/"
    assert client.post(f"{one}correct/", {"what": "Not its vendor"}).json()["state"] == "CORRECTING"
    heir = people.owner("Hera Heir")
    handed = client.post(f"{one}hand-on/", {"person": heir.pk, "reason": "Hers"}).json()
    assert (handed["assignee"]["name"], handed["state"]) == ("Hera Heir", "OPEN")
    problem_of(client.post(f"{one}excuse/", {"reason": "x"}), 403)
    assert client_of(people.risk()).post(f"{one}excuse/", {"reason": "Sold"}).json()["state"] == "EXCUSED"


@pytest.mark.parametrize("chosen", [{}, {"x": "0" * 64}, {"1": "short"}, {str(10**30): "0" * 64}, None])
def test_what_cannot_be_chosen_is_refused_by_its_field(chosen: object) -> None:
    answer = client_of(people.owner()).post(f"{ATTESTATIONS}attest-unchanged/", {"chosen": chosen})
    assert "chosen" in problem_of(answer, 422)["errors"]
