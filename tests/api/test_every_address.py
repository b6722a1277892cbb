"""What holds at every address: nobody without a token, no writing by auditors, no method that is not offered."""

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
OPEN = "/api/v1/verify/"
"""Anybody may look a report up by its code."""
OWN = ("/api/v1/audit/views/", "/api/v1/register-views/", "/api/v1/notices/", "/api/v1/watches/", "/api/v1/me/")
FILES = ("/download/", "/proof/", "/issued/", "/export/", "/docs/", "/schema/")


@pytest.fixture
def world() -> World:
    return build()


def test_the_walk_covers_the_whole_interface() -> None:
    assert len(READS) > 50
    assert len(WRITES) > 60


def test_without_a_token_every_address_asks_for_one(world: World) -> None:
    for method, route in ALL:
        if route.endswith("/docs/") or route == OPEN:
            continue
        answer = getattr(nobody(), method)(filled(route, world.keys))
        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer", (method, route)


def test_who_only_audits_reads_everything_and_writes_nothing(world: World) -> None:
    client = client_of(people.auditor())
    for _method, route in READS:
        if not route.endswith(FILES) and "notices/<" not in route and route != OPEN:
            answer = client.get(
                filled(route, world.keys) + ("?from=2026-01-01T00:00Z" if "/difference/" in route else "")
            )
            assert answer.status_code == 200, (route, answer.content)
    before = AuditEntry.objects.exclude(event="REFUSED").count()
    for method, route in WRITES:
        if route.endswith(("/reports/", "/again/", "/summaries/", "/dossiers/", "/inventories/", "/audit-packs/")):
            continue  # a report is a way to read: asking for one writes nothing into the record it is about
        if route.startswith(OWN) or route.endswith(("/watch/", "/unwatch/")):
            continue  # what is one's own changes nothing for others
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
