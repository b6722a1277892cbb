"""The API answers `?at=` with what was known then, and a problem document to what is no moment of the past."""

import re
from datetime import datetime
from typing import Any

import pytest

from incidents.models import Incident
from incidents.services import restricting, severity
from registry.kernel.http.moments import written
from registry.services import workflows
from reviews.services import actions
from tests import people
from tests.api import world as api_world
from tests.api.addresses import filled, operations
from tests.api.clients import V1, client_of, problem_of
from tests.asof.conftest import START, Clock
from tests.incidents import making

pytestmark = pytest.mark.django_db
NO_RECORDS = ("/docs/", "/schema/", "/verify/")
"""They tell of nothing that was otherwise at another time."""
SCHEMA: dict[str, Any] = {}


@pytest.fixture
def incident(clock: Clock) -> Incident:
    found = making.declared(at=clock(0))
    severity.assess(
        found, by=found.declared_by, at=clock(2), inputs=making.CONFIRMED, confirmed="SEV-1", reason="Many people"
    )
    clock(10)
    return making.again(found)


def test_a_record_is_answered_as_it_was(incident: Incident, clock: Clock) -> None:
    client, url = client_of(people.risk()), f"{V1}/incidents/{incident.pk}/"
    early, late = clock(1), clock(3)
    clock(10)
    assert client.get(url, {"at": written(early)}).json()["severity"] != "SEV-1"
    assert client.get(url, {"at": written(late)}).json() == client.get(url).json()


def test_lists_filter_by_what_was_so(incident: Incident, clock: Clock) -> None:
    client = client_of(people.risk())
    workflow = incident.workflows.get()
    item = actions.create(
        by=people.risk(),
        at=clock(3),
        title="Fix it",
        category="DETECTION_GAP",
        assignee=people.responder(),
        due_date=START.date(),
        description="",
        incident=incident,
    )
    then = clock(4)
    actions.start(item, by=people.responder(), at=clock(5))
    workflows.edit(workflow, by=people.owner(), at=clock(5), opened_version=workflow.version, name="Sorter", reason="x")
    clock(10)

    def titles(kind: str, **query: str) -> list[str]:
        rows = client.get(f"{V1}/{kind}/", query).json()["results"]
        return [row.get("name") or row["title"] for row in rows]

    at = written(then)
    assert titles("action-items", state="OPEN", at=at) == ["Fix it"]
    assert titles("action-items", state="OPEN") == []
    assert titles("workflows", at=at) == ["Claims triage"]
    assert titles("incidents", at=at, severity="SEV-1") == ["Refunds paid twice"]
    assert titles("incidents", at=written(clock(1)), severity="SEV-1") == []


@pytest.mark.parametrize("text", ["", "soon", "2026-03-02", "2035-01-01T00:00Z", "2026-03-02T99:00Z"])
def test_what_is_no_moment_of_the_past_is_a_problem_at_its_parameter(incident: Incident, text: str) -> None:
    answer = client_of(people.risk()).get(f"{V1}/incidents/", {"at": text})
    assert list(problem_of(answer, 422)["errors"]) == ["at"]


def test_before_it_was_on_record_the_answer_says_since_when_it_is(incident: Incident, clock: Clock) -> None:
    answer = client_of(people.risk()).get(f"{V1}/incidents/{incident.pk}/", {"at": "2026-03-02T08:00Z"})
    assert "2026-03-02T09:00Z" in problem_of(answer, 404)["detail"]


def test_what_may_not_be_seen_now_does_not_exist_then(incident: Incident, clock: Clock) -> None:
    restricting.restrict(incident, by=people.risk(), at=clock(4), reason="Names")
    then: datetime = clock(3)
    clock(10)
    client = client_of(people.member())
    answer = client.get(f"{V1}/incidents/{incident.pk}/", {"at": written(then)})
    assert "first recorded" not in problem_of(answer, 404)["detail"]
    assert client.get(f"{V1}/incidents/", {"at": written(then)}).json()["results"] == []


def test_the_schema_tells_of_it() -> None:
    client = client_of(people.risk())
    paths = client.get(f"{V1}/schema/").json()["paths"]
    for kind in ("incidents", "workflows", "action-items"):
        for path in (f"{V1}/{kind}/", f"{V1}/{kind}/{{id}}/"):
            assert "at" in [parameter["name"] for parameter in paths[path]["get"]["parameters"]], path


def test_whatever_knows_only_the_present_refuses_a_moment() -> None:
    """Every address: what it answers with a moment in it is of that moment, or is a refusal."""
    world = api_world.build()
    client = client_of(world.risk)
    for method, route in operations():
        url = f"{filled(route, world.keys)}?at=2026-03-02T10:00Z"
        if method == "get" and not route.endswith(NO_RECORDS):
            answer = client.get(url)
            knows = "at" in documented(client, route)
            assert knows or answer.status_code == 422, (route, answer.status_code)
            assert knows or list(problem_of(answer, 422)["errors"]) == ["at"]


def test_two_moments_are_compared_as_on_the_page(incident: Incident, clock: Clock) -> None:
    early, late = clock(1), clock(3)
    item = actions.create(
        by=people.risk(), at=clock(4), title="Fix it", category="DETECTION_GAP", assignee=people.responder(),
        due_date=START.date(), description="", incident=incident,
    )  # fmt: skip
    workflow = incident.workflows.get()
    clock(10)
    client, url = client_of(people.risk()), f"{V1}/incidents/{incident.pk}/difference/"
    answer = client.get(url, {"from": written(late), "to": written(early)}).json()
    assert (answer["start"], answer["end"]) == ("2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z")
    groups = {group["kind"]: group for group in answer["groups"]}
    [changed] = groups["Incident"]["changed"]
    assert "SEV-1" in [change["new"].partition(" ")[0] for change in changed["changes"]]
    assert len(groups["Severity assessment"]["added"]) == 1
    assert "Action item" not in groups
    for path in (f"action-items/{item.pk}", f"workflows/{workflow.pk}"):
        assert client.get(f"{V1}/{path}/difference/", {"from": written(early)}).status_code == 200
    assert list(problem_of(client.get(url), 422)["errors"]) == ["from"]
    assert list(problem_of(client.get(url, {"from": written(early), "to": "soon"}), 422)["errors"]) == ["to"]


def test_nothing_is_written_at_a_moment(incident: Incident) -> None:
    answer = client_of(people.risk()).post(
        f"{V1}/incidents/{incident.pk}/timeline/?at=2026-03-02T10:00Z", {"text": "Then"}, format="json"
    )
    assert list(problem_of(answer, 422)["errors"]) == ["at"]


def documented(client: Any, route: str) -> list[str]:
    """Names of the parameters that the schema tells of."""
    if not SCHEMA:
        SCHEMA.update(client.get(f"{V1}/schema/").json()["paths"])
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).replace("{pk}", "{id}")
    return [parameter["name"] for parameter in SCHEMA[path]["get"].get("parameters", [])]
