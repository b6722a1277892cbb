"""Reviews, action items, and reports through the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry
from tests import people
from tests.api.clients import V1, client_of, problem_of, received
from tests.api.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def test_a_review_is_written_by_one_and_stale_answers_are_refused(world: World) -> None:
    client = client_of(world.responder)
    url = f"{V1}/reviews/{world.keys['reviews']}/"
    written = client.patch(
        url, {"what_happened": "Letters cited no policy.", "causes": ["PROMPT"], "version": 1}
    ).json()
    assert (written["causes"], written["version"]) == (["PROMPT"], 2)
    assert written["lacking"]
    stale = problem_of(client.patch(url, {"what_happened": "Other words", "version": 1}), 409)
    assert [value["stored"] for value in stale["differences"].values()] == ["Letters cited no policy."]
    assert problem_of(client.post(f"{url}submit/"), 422)["errors"]["non_field_errors"]


def test_a_review_begins_once_the_incident_is_contained(world: World) -> None:
    world.incident.review.delete()
    answer = client_of(world.responder).post(f"{V1}/incidents/{world.incident.pk}/review/")
    assert "contained" in problem_of(answer, 403)["detail"]


def test_an_action_item_is_done_with_proof_and_a_second_person(world: World) -> None:
    url = f"{V1}/action-items/{world.keys['action-items']}/"
    doer = client_of(world.owner)
    assert doer.post(f"{url}start/").json()["state"] == "IN_PROGRESS"
    assert set(problem_of(doer.post(f"{url}claim/", {}), 422)["errors"]) == {"proof"}
    assert doer.post(f"{url}claim/", {"proof": "Alert 14 fires on the replay"}).json()["state"] == "DONE_CLAIMED"
    problem_of(doer.post(f"{url}verify/", {"accept": True}), 403)
    verified = client_of(world.risk).post(f"{url}verify/", {"accept": True, "reason": "Seen"}).json()
    assert (verified["state"], verified["verified_by"]["name"]) == ("VERIFIED", "Rita Risk")
    assert "possible from" in problem_of(doer.post(f"{url}start/"), 409)["detail"]


def test_more_time_is_asked_for_by_one_and_granted_by_another(world: World) -> None:
    url = f"{V1}/action-items/{world.keys['action-items']}/extensions/{world.keys['extensions']}/decide/"
    problem_of(client_of(world.owner).post(url, {"grant": True, "reason": "I need it"}), 403)
    assert client_of(world.risk).post(url, {"grant": True, "reason": "Reasonable"}).json()["is_granted"] is True


def test_the_list_takes_the_filters_of_the_page(world: World) -> None:
    client = client_of(world.owner)
    url = f"{V1}/action-items/"
    assert len(client.get(f"{url}?assignee=me&state=OPEN").json()["results"]) == 1
    assert client.get(f"{url}?overdue=true").json()["results"] == []
    problem_of(client.get(f"{url}?state=LOST"), 422)


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(world: World, django_assert_max_num_queries: Any) -> None:
    from reviews.services import actions

    client = client_of(world.owner)
    client.get(f"{V1}/action-items/")
    for number in range(8):
        actions.create(
            by=world.risk, at=timezone.now(), title=f"Item {number}", category="TRAINING", assignee=world.owner,
            due_date=timezone.localdate() + timedelta(days=9), incident=world.incident,
        )  # fmt: skip
    with django_assert_max_num_queries(3):
        assert len(client.get(f"{V1}/action-items/").json()["results"]) == 9


def test_a_report_is_asked_for_made_and_taken(world: World) -> None:
    client = client_of(people.auditor())
    asked = client.post(f"{V1}/incidents/{world.incident.pk}/reports/")
    assert asked.status_code == 201
    url = f"{V1}/documents/{asked.json()['id']}/"
    problem_of(client.get(f"{url}download/"), 409)
    sequencing.advance()
    render_waiting(at=timezone.now)
    ready = client.get(url).json()
    assert (ready["status"], ready["progress"]) == ("READY", 100)
    answer = client.get(f"{url}download/", headers={"Accept": "application/pdf"})
    assert received(answer)[:5] == b"%PDF-"
    taken = AuditEntry.objects.get(event="DOWNLOADED", object_id=str(ready["id"]))
    assert taken.actor_id == people.auditor().pk
    assert taken.origin == "API"


def test_closing_names_everything_that_is_missing(world: World) -> None:
    answer = client_of(world.risk).post(f"{V1}/incidents/{world.incident.pk}/move/close/")
    assert "Close" in problem_of(answer, 409)["detail"]
