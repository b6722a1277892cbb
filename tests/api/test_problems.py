"""Errors: one kind of document for all of them, each saying what is wrong."""

import json

import pytest
from django.test import Client, override_settings
from rest_framework.test import APIClient

from registry.models import AuditEntry
from tests import people
from tests.api.clients import V1, client_of, nobody, problem_of, token_for
from tests.api.world import incident_of, workflow_of
from tests.shipped import restore
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    restore()


def test_a_wrong_token_is_refused_even_beside_a_session() -> None:
    client = APIClient(headers={"Authorization": "Bearer hf_wrong"})
    client.cookies["holdfast_session"] = session_of(people.risk())
    body = problem_of(client.get(f"{V1}/workflows/"), 401)
    assert "token" in body["detail"]


def test_a_refusal_gives_the_reason_of_the_policy_and_is_recorded() -> None:
    workflow = workflow_of(people.owner())
    answer = client_of(people.member()).post(f"{V1}/workflows/{workflow.pk}/surfaces/", {"kind": "MODEL"})
    body = problem_of(answer, 403)
    assert "owners of this workflow" in body["detail"]
    entry = AuditEntry.objects.get(event="REFUSED")
    assert entry.detail["policy"] == "may_record_version"
    assert entry.unit_id == body["request_id"]
    assert entry.actor_id == people.member().pk


def test_what_does_not_exist_and_what_may_not_be_seen_look_the_same() -> None:
    hidden = incident_of(None, people.risk(), is_restricted=True)
    client = client_of(people.member())
    unknown = problem_of(client.get(f"{V1}/incidents/999999/"), 404)
    secret = problem_of(client.get(f"{V1}/incidents/{hidden.pk}/"), 404)
    assert {**unknown, "request_id": ""} == {**secret, "request_id": ""}


def test_an_unknown_address_is_a_problem_document_too() -> None:
    assert problem_of(nobody().get(f"{V1}/no-such-thing/"), 404)["type"].endswith("not-found")


def test_json_that_cannot_be_read_is_a_bad_request() -> None:
    client = client_of(people.risk())
    for content in ("{", '{"a": NaN}', "\xff", "[" * 100_000, '{"a": 1}}'):
        answer = client.generic("POST", f"{V1}/workflows/", content, content_type="application/json")
        problem_of(answer, 400)


def test_another_media_type_is_not_supported() -> None:
    client = client_of(people.risk())
    problem_of(
        client.generic("POST", f"{V1}/workflows/", "name=x", content_type="application/x-www-form-urlencoded"), 415
    )
    problem_of(client.post(f"{V1}/workflows/", {"name": "x"}, format="multipart"), 415)


def test_only_json_is_spoken() -> None:
    problem_of(client_of(people.risk()).get(f"{V1}/workflows/", headers={"Accept": "application/xml"}), 406)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_body_that_is_too_large_is_refused_whatever_its_length_header_says() -> None:
    body = json.dumps({"name": "x" * 2000, "reason": "r"})
    answer = client_of(people.risk()).generic("POST", f"{V1}/workflows/", body, content_type="application/json")
    assert problem_of(answer, 413)["type"].endswith("too-large")


def test_wrong_fields_are_named_with_what_is_wrong() -> None:
    body = {"name": "", "stage": "SOMEDAY", "business_owner": 987654, "implemented_date": "yesterday"}
    errors = problem_of(client_of(people.risk()).post(f"{V1}/workflows/", body), 422)["errors"]
    assert set(errors) == {"name", "stage", "business_owner", "implemented_date", "reason"}


def test_what_a_service_refuses_is_named_by_field_too() -> None:
    body = {"name": "Fraud", "implemented_date": "2024-05-01", "retired_date": "2023-05-01", "reason": "Inventory"}
    errors = problem_of(client_of(people.risk()).post(f"{V1}/workflows/", body), 422)["errors"]
    assert set(errors) == {"retired_date"}


def test_a_list_where_an_object_belongs_is_a_problem_of_no_field() -> None:
    answer = client_of(people.risk()).post(f"{V1}/workflows/", [1, 2], format="json")
    assert "non_field_errors" in problem_of(answer, 422)["errors"]


def test_unknown_filter_values_are_named_and_unknown_filters_ignored() -> None:
    client = client_of(people.risk())
    assert set(problem_of(client.get(f"{V1}/workflows/?stage=SOMEDAY"), 422)["errors"]) == {"stage"}
    assert client.get(f"{V1}/workflows/?colour=red").status_code == 200


def test_a_session_needs_the_csrf_token_and_a_bearer_token_does_not() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["holdfast_session"] = session_of(people.risk())
    body = {"name": "By session", "reason": "Typed"}
    problem_of(client.post(f"{V1}/workflows/", body, content_type="application/json"), 403)
    by_token = APIClient(enforce_csrf_checks=True)
    by_token.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(people.risk())}")
    assert by_token.post(f"{V1}/workflows/", body).status_code == 201


def test_a_fault_here_is_a_problem_document_with_the_request_id(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("registry.services.workflows.register", broken)
    client = client_of(people.risk())
    client.raise_request_exception = False
    body = problem_of(client.post(f"{V1}/workflows/", {"name": "Fraud", "reason": "Inventory"}), 500)
    assert "inside" not in json.dumps(body)
