"""People, notices, imports and the site-wide history through the API; and that no secret ever leaves."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from registry.kernel.access.models import ApiToken
from registry.kernel.access.tokens import revoke
from registry.models import Workflow
from tests import people
from tests.api.addresses import filled, operations
from tests.api.clients import V1, client_of, problem_of
from tests.api.world import World, build, workflow_of
from tests.shipped import restore

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def test_a_token_knows_whose_it_is() -> None:
    me = client_of(people.owner()).get(f"{V1}/me/").json()
    assert (me["name"], me["roles"]) == ("Otto Owner", ["OWNER"])


def test_people_are_found_by_name_without_their_addresses() -> None:
    people.owner()
    found = client_of(people.member()).get(f"{V1}/people/?q=otto").json()["results"]
    assert [set(row) for row in found] == [{"id", "name", "title", "roles", "is_active"}]


def test_notices_are_ones_own(world: World) -> None:
    notice = world.keys["notices"]
    assert client_of(world.owner).get(f"{V1}/notices/{notice}/").status_code == 200
    problem_of(client_of(world.risk).get(f"{V1}/notices/{notice}/"), 404)


def test_the_site_wide_history_is_for_auditors_and_risk_staff(world: World) -> None:
    problem_of(client_of(people.member()).get(f"{V1}/audit/"), 403)
    client = client_of(people.auditor())
    rows = client.get(f"{V1}/audit/", {"type": "registry.workflow", "object": str(world.workflow.pk)}).json()["results"]
    assert [row["object_id"] for row in rows] == [str(world.workflow.pk)] * len(rows)
    assert rows
    assert client.get(f"{V1}/audit/?since=2999-01-01T00:00:00Z").json()["results"] == []
    problem_of(client.get(f"{V1}/audit/?since=soon"), 422)


def test_an_inventory_is_uploaded_tried_applied_and_undone() -> None:
    client = client_of(people.risk())
    restore()
    made = client.post(f"{V1}/imports/", {"file": a_sheet()}, format="multipart")
    assert made.status_code == 201, made.content
    url = f"{V1}/imports/{made.json()['id']}/"
    assert problem_of(client.post(f"{url}apply/"), 409)
    assert "mapping" in problem_of(client.post(f"{url}try/", {"mapping": "no-such"}), 422)["errors"]
    tried = client.post(f"{url}try/", {"mapping": remembered()})
    assert tried.status_code == 200, tried.content
    assert (tried.json()["status"], tried.json()["counts"]["created"]) == ("TRIED", 2)
    assert not Workflow.objects.exists()
    assert client.post(f"{url}apply/").json()["status"] == "APPLIED"
    assert Workflow.objects.count() == 2
    rows = client.get(f"{url}rows/").json()["results"]
    assert {row["outcome"] for row in rows} == {"CREATED"}
    assert client.post(f"{url}undo/", {"reason": "Wrong file"}).json()["status"] == "UNDONE"
    assert not Workflow.objects.exists()


def test_what_is_no_sheet_is_refused() -> None:
    file = BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    file.name = "inventory.csv"
    answer = client_of(people.risk()).post(f"{V1}/imports/", {"file": file}, format="multipart")
    assert set(problem_of(answer, 422)["errors"]) == {"file"}


def test_no_secret_is_ever_answered(world: World) -> None:
    client = client_of(people.auditor())
    digests = list(ApiToken.objects.values_list("digest", flat=True))
    password = people.auditor().password
    for method, route in operations():
        if method == "get" and not route.endswith(("/download/", "/proof/", "/docs/")) and "notices/<" not in route:
            answer: Any = client.get(filled(route, world.keys), {"page_size": 500})
            if answer.streaming:
                continue  # files, whose content is told of nowhere else
            told = answer.content.decode()
            assert password not in told, route
            assert not any(digest in told for digest in digests), route


def test_a_revoked_token_opens_nothing() -> None:
    client = client_of(people.risk())
    workflow_of(people.owner())
    assert client.get(f"{V1}/workflows/").status_code == 200
    revoke(ApiToken.objects.get(user=people.risk()), at=timezone.now())
    problem_of(client.get(f"{V1}/workflows/"), 401)


def test_text_that_looks_like_markup_comes_back_as_it_was_sent() -> None:
    name = '<script>alert("x")</script>'
    made = client_of(people.risk()).post(f"{V1}/workflows/", {"name": name, "reason": "Inventory"})
    assert json.loads(made.content)["name"] == name
    assert made.headers["Content-Type"] == "application/json"
    assert made.headers["X-Content-Type-Options"] == "nosniff"


def a_sheet() -> Any:
    file = BytesIO(b"Key,Name,Stage\nA-1,Fraud scoring,Pilot\nA-2,Claims triage,Pilot\n")
    file.name = "inventory.csv"
    return file


def remembered() -> str:
    from django.utils import timezone

    from registry.services.importing import remember

    definition = {"key": ["Key"], "columns": {"name": {"column": "Name"}}}
    return remember("Small sheet", definition, by=people.risk(), at=timezone.now()).name
