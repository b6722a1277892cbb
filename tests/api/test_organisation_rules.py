"""The organisation's rules through the API: the same rules, the same refusals, as of a moment."""

import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.kernel.http.moments import written
from registry.organisation_rules import RulesKind
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db
URL = f"{V1}/organisation-rules/"


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_rules_are_read_proposed_refused_with_their_place_and_decided() -> None:
    member, risk, executive = (client_of(one()) for one in (people.member, people.risk, people.executive))
    rows = member.get(URL).json()["results"]
    assert {row["kind"]: row["is_in_force"] for row in rows} == dict.fromkeys(RulesKind, True)
    paths = copy.deepcopy(RulesKind.ESCALATION.shipped)
    paths["levels"]["SEV-1"][2]["role"] = "RESPONDER"
    body = {"kind": "ESCALATION", "definition": paths, "reason": "Shorter"}
    problem_of(member.post(URL, body), 403)
    refused = problem_of(risk.post(URL, body), 422)
    assert "SEV-1, 3: Goes round in a circle" in refused["errors"]["definition"][0]
    del paths["levels"]["SEV-1"][2]
    made = risk.post(URL, body).json()
    assert (made["number"], made["status"], made["owner"]["id"]) == (2, "PROPOSED", people.risk().pk)
    one = f"{URL}{made['id']}/"
    problem_of(risk.post(f"{one}decide/", {"approve": True, "reason": "Mine"}), 403)
    assert executive.post(f"{one}decide/", {"approve": True, "reason": "Agreed"}).json()["is_in_force"] is True
    problem_of(risk.post(f"{one}withdraw/", {"reason": "Too late"}), 409)


def test_a_moment_before_shows_what_was_in_force_then() -> None:
    risk, before = client_of(people.risk()), timezone.now() - timedelta(hours=1)
    scale = copy.deepcopy(RulesKind.SEVERITY.shipped)
    scale["levels"]["SEV-1"]["response_minutes"] = 10
    made = risk.post(URL, {"kind": "SEVERITY", "definition": scale, "reason": "Faster"}).json()
    client_of(people.executive()).post(f"{URL}{made['id']}/decide/", {"approve": True, "reason": "Agreed"})
    now = risk.get(URL, {"kind": "SEVERITY"}).json()["results"]
    then = risk.get(URL, {"kind": "SEVERITY", "at": written(before)}).json()["results"]
    assert [(row["number"], row["is_in_force"]) for row in now] == [(2, True), (1, False)]
    assert [(row["number"], row["is_in_force"]) for row in then] == [(1, True)]
