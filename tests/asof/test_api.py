"""The API answers `?at=` with what was known then, and a problem document to what is no moment of the past."""

from datetime import datetime

import pytest

from incidents.models import Incident
from incidents.services import restricting, severity
from registry.kernel.http.moments import written
from registry.services import workflows
from reviews.services import actions
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.asof.conftest import START, Clock
from tests.incidents import making

pytestmark = pytest.mark.django_db


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
