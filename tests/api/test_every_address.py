"""What holds at every address: nobody without a token, no writing by auditors, no bad input that breaks it."""

from typing import Any

import pytest

from registry.models import AuditEntry
from tests import people
from tests.api.addresses import UNSAFE, filled, operations
from tests.api.clients import client_of, nobody, problem_of
from tests.api.world import World, build

pytestmark = pytest.mark.django_db

ALL = operations()
WRITES = [(method, route) for method, route in ALL if method in UNSAFE]
READS = [(method, route) for method, route in ALL if method == "get"]
FILES = ("/download/", "/proof/", "/docs/", "/schema/")


@pytest.fixture
def world() -> World:
    return build()


def test_the_walk_covers_the_whole_interface() -> None:
    assert len(READS) > 50
    assert len(WRITES) > 60


def test_without_a_token_every_address_asks_for_one(world: World) -> None:
    for method, route in ALL:
        if route.endswith("/docs/"):
            continue
        answer = getattr(nobody(), method)(filled(route, world.keys))
        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer", (method, route)


def test_who_only_audits_reads_everything_and_writes_nothing(world: World) -> None:
    client = client_of(people.auditor())
    for method, route in READS:
        if not route.endswith(FILES) and "notices/<" not in route:
            answer = client.get(filled(route, world.keys))
            assert answer.status_code == 200, (route, answer.content)
    before = AuditEntry.objects.exclude(event="REFUSED").count()
    for method, route in WRITES:
        if route.endswith("/reports/"):
            continue  # asking for a report writes nothing into the record it is about
        answer = getattr(client, method)(filled(route, world.keys))
        assert answer.status_code == 403, (method, route, answer.content)
        assert problem_of(answer, 403)["type"] == "urn:holdfast:problem:refused"
    assert AuditEntry.objects.exclude(event="REFUSED").count() == before


def test_methods_that_are_not_offered_are_refused_by_name(world: World) -> None:
    client = client_of(world.risk)
    for route in {route for _method, route in ALL if not route.endswith(("/docs/", "/schema/"))}:
        offered = {method for method, other in ALL if other == route}
        for method in {"delete", "put"} - offered:
            problem_of(getattr(client, method)(filled(route, world.keys)), 405)


NASTY: list[Any] = [
    None,
    [],
    [[]],
    "text",
    7,
    {},
    {"": ""},
]
VALUES: list[Any] = [
    None,
    "",
    "   ",
    "x" * 70_000,
    "nul\x00byte",
    "\ud800",
    "<script>alert(1)</script>",
    -1,
    2**63,
    10**40,
    1.5,
    True,
    [],
    ["x", {}],
    {},
    {"a": {"b": ["\x00"]}},
    {"nul\x00": "x"},
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "9999-12-31",
    "not-a-date",
]
FIELDS = [
    "name", "title", "summary", "reason", "note", "text", "label", "kind", "role", "person", "workflow", "incident",
    "review", "assignee", "option", "into", "owner", "business_unit", "business_owner", "tags", "version", "facts",
    "answers", "inputs", "ai_act_class", "override_tier", "override_until_date", "changed_at", "occurred_at", "at",
    "detected_at", "collected_at", "due_date", "until_date", "new_due_date", "starts_at", "due_at", "data", "causes",
    "executors", "named_executors", "expected_minutes", "minutes", "proven_at", "approve", "accept", "recurred",
    "grant", "override", "confirmed", "audience", "subject", "channel", "explanation", "proof", "proof_url", "how",
    "source", "method", "link", "source_url", "digest", "mapping", "take_file", "category", "implemented_date",
    "instructions", "is_restricted", "is_exercise", "precision", "effect_due_date", "what_happened",
]  # fmt: skip


def test_whatever_is_sent_it_never_breaks(world: World) -> None:
    client = client_of(world.risk)
    for method, route in WRITES:
        url = filled(route, world.keys)
        for body in [*NASTY, *({name: value for name in FIELDS} for value in VALUES)]:
            answer = _send(client, method, url, body)
            assert answer.status_code < 500, (method, route, body)
            if answer.status_code >= 400:
                problem_of(answer, answer.status_code)


def _send(client: Any, method: str, url: str, body: Any) -> Any:
    """As JSON, with what an encoder would refuse written as an escape."""
    import json

    return client.generic(method.upper(), url, json.dumps(body), content_type="application/json")


def test_strange_questions_to_lists_never_break_them(world: World) -> None:
    client = client_of(world.risk)
    names = ["q", "workflow", "incident", "review", "assignee", "unit", "owner", "tag", "state", "kind", "created", "since",
             "until", "due_after", "person", "object", "unit", "status", "outcome", "cause", "author", "cursor", "page_size",
             "severity", "hold", "is_active", "object_id", "actor"]  # fmt: skip
    for method, route in READS:
        if route.endswith(("/docs/", "/schema/")):
            continue
        for value in ("", "\x00", "x" * 3000, "-1", str(2**70), "' OR 1=1", "9999-99-99", "[]", "me", "none", "%00", "1,2,x"):
            answer = client.get(filled(route, world.keys), dict.fromkeys(names, value))
            assert answer.status_code < 500, (route, value)
            for name in names:
                answer = client.get(filled(route, world.keys), {name: value}) if "list" in route else answer
