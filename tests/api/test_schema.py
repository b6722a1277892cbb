"""The description of the API: complete, valid, and without a word of complaint from its generator."""

import warnings
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests import people
from tests.api.addresses import operations
from tests.api.clients import V1, client_of, nobody, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema() -> Any:
    reset_generator_stats()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS
    return made


def each_operation(schema: Any) -> list[tuple[str, str, Any]]:
    return [(path, method, body) for path, methods in schema["paths"].items() for method, body in methods.items()]


def test_it_is_valid_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_every_address_is_described(schema: Any) -> None:
    described = len(each_operation(schema))
    assert described == len([1 for _method, route in operations() if not route.endswith(("/schema/", "/docs/"))])


def test_every_operation_has_a_name_of_its_own_and_says_who_may_call_and_how_it_fails(schema: Any) -> None:
    names = [body["operationId"] for _path, _method, body in each_operation(schema)]
    assert len(set(names)) == len(names)
    for path, method, body in each_operation(schema):
        assert {"token": []} in body["security"], path
        assert {"401", "403", "404"} <= set(body["responses"]), path
        assert method == "get" or "422" in body["responses"], path
    assert "incidents_close" in names
    assert "action_items_claim" in names


def test_creating_operations_take_an_idempotency_key(schema: Any) -> None:
    declare = schema["paths"]["/api/v1/incidents/"]["post"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in declare["parameters"]]
    assert declare["requestBody"]["content"]["application/json"]["examples"]


def test_an_edit_must_say_which_version_was_read_and_why(schema: Any) -> None:
    assert {"version", "reason"} <= set(schema["components"]["schemas"]["EditWorkflow"]["required"])


def test_evidence_can_be_sent_as_a_file_or_as_words(schema: Any) -> None:
    content = schema["paths"]["/api/v1/incidents/{incident_pk}/evidence/"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}


def test_it_is_served_to_whoever_may_call_and_to_nobody_else() -> None:
    problem_of(nobody().get(f"{V1}/schema/"), 401)
    answer = client_of(people.member()).get(f"{V1}/schema/")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Holdfast API"


def test_the_page_that_shows_it_asks_to_sign_in_first() -> None:
    answer = nobody().get(f"{V1}/docs/")
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]
