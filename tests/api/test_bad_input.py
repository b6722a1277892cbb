"""Whatever is sent, nothing breaks: every operation with every field wrong, every list with strange questions."""

import json
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from tests.api.bodies import plausible, spoiled
from tests.api.clients import client_of, problem_of
from tests.api.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture(scope="module")
def schema() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def filled(path: str, keys: dict[str, Any]) -> str:
    parts = path.split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            parts[place] = "recover" if part == "{verb}" else str(keys[parts[place - 1]])
    return "/".join(parts)


def answered(client: Any, method: str, url: str, body: Any) -> Any:
    """The answer, with whatever it changed taken back: each attempt meets the same world."""
    with transaction.atomic():
        answer = client.generic(method.upper(), url, json.dumps(body), content_type="application/json")
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("part", range(4))
def test_no_body_breaks_an_operation(world: World, schema: Any, part: int) -> None:
    client = client_of(world.risk)
    writes = [(m, p, o) for p, methods in schema["paths"].items() for m, o in methods.items() if m != "get"]
    for method, path, operation in writes[part::4]:
        url = filled(path, world.keys)
        for body in spoiled(plausible(schema, operation, world.keys)):
            answer = answered(client, method, url, body)
            assert answer.status_code < 500, (method, path, str(body)[:300])
            if answer.status_code >= 400:
                problem_of(answer, answer.status_code)


def test_plausible_bodies_reach_the_services(world: World, schema: Any) -> None:
    """Otherwise the walk above would only test the outermost check."""
    client = client_of(world.risk)
    done = [
        path
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method != "get"
        and answered(client, method, filled(path, world.keys), plausible(schema, operation, world.keys)).status_code
        not in {404, 405, 415, 422}
    ]
    assert len(done) > 40


LATE = "9999-12-31T23:59:59-14:00"
QUESTIONS = ("", "\x00", "x" * 3000, "-1", str(2**70), "' OR 1=1", "9999-99-99", "[]", "none", "1,2,x", LATE)


def test_no_question_breaks_a_list(world: World, schema: Any) -> None:
    client = client_of(world.risk)
    for path, methods in schema["paths"].items():
        asked = [p["name"] for p in methods.get("get", {}).get("parameters", []) if p["in"] == "query"]
        for name in asked:
            for value in QUESTIONS:
                answer = client.get(filled(path, world.keys), {name: value})
                assert answer.status_code < 500, (path, name, value)
                assert answer.status_code in {200, 400, 422}, (path, name, value)


def test_no_number_in_an_address_breaks_it(world: World, schema: Any) -> None:
    client = client_of(world.risk)
    for path in schema["paths"]:
        if "{" in path and "get" in schema["paths"][path]:
            for number in ("0", "999999", str(2**40), str(2**70)):
                problem_of(client.get(filled(path, dict.fromkeys(world.keys, number))), 404)
