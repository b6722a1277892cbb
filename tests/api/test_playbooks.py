"""The playbook through the API: read with its facts, begun, changed, looked through, as of a moment."""

import pytest
from django.utils import timezone

from registry.kernel.http.moments import written
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_playbook_is_begun_changed_reviewed_and_read_as_of_a_moment() -> None:
    owner, workflow = client_of(people.owner()), workflow_of(people.owner())
    url = f"{V1}/workflows/{workflow.pk}/playbook/"
    bare = owner.get(url).json()
    assert (bare["version"], bare["is_review_due"], len(bare["questions"])) == (None, True, 7)
    assert bare["questions"][3]["facts"][0]["lines"][2]["text"] == f"Business owner: {people.owner()}"
    problem_of(owner.patch(url, {"version": 1, "reason": "x", "learning": "y"}), 404)
    problem_of(client_of(people.member()).post(url, {"reason": "First", "learning": "y"}), 403)
    assert "what_counts" in problem_of(owner.post(url, {"reason": "First"}), 422)["errors"]
    made = owner.post(url, {"reason": "First", "escalation": "Call Tess."})
    assert (made.status_code, made.json()["version"], made.json()["owner"]["id"]) == (201, 1, people.owner().pk)
    problem_of(owner.post(url, {"reason": "Again", "learning": "y"}), 409)
    then = written(timezone.now())
    changed = owner.patch(url, {"version": 1, "reason": "Learned", "escalation": "Call Uma."})
    assert changed.json()["version"] == 2
    clash = problem_of(owner.patch(url, {"version": 1, "reason": "Late", "escalation": "Call Vic."}), 409)
    assert clash["current_version"] == 2
    reviewed = owner.post(f"{url}reviewed/", {"reason": "Drill of May"}).json()
    assert (reviewed["version"], reviewed["is_review_due"]) == (3, False)
    at = {name: owner.get(url, given).json() for name, given in (("now", {}), ("then", {"at": then}))}
    assert at["now"]["questions"][3]["answers"][0]["text"] == "Call Uma."
    assert (at["then"]["version"], at["then"]["questions"][3]["answers"][0]["text"]) == (1, "Call Tess.")
