"""Lists of incidents and evidence: tabs, filters, what others must not see, and what they ask of the database."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Evidence, Incident
from incidents.services import declaring, restricting
from registry.models import Workflow
from tests import people
from tests.incidents_pages.conftest import SignIn
from tests.incidents_pages.test_room import BOOKKEEPING

pytestmark = pytest.mark.django_db


def titles(answer: object) -> list[str]:
    return [row.title for row in answer.context["page_obj"].object_list]  # type: ignore[attr-defined]


def test_tabs_divide_what_there_is(as_user: SignIn, incident: Incident, workflow: Workflow, now: datetime) -> None:
    declaring.report_near_miss(by=people.member(), at=now, title="Caught", summary="Words", workflow=workflow)
    client = as_user(people.member())
    assert titles(client.get("/incidents/")) == ["Refunds paid twice"]
    assert titles(client.get("/incidents/?tab=near")) == ["Caught"]
    assert titles(client.get("/incidents/?tab=mine")) == ["Caught"]
    assert len(titles(client.get("/incidents/?tab=all"))) == 2
    assert titles(client.get("/incidents/?tab=closed")) == []


def test_filters_narrow_and_their_counts_follow(as_user: SignIn, incident: Incident, now: datetime) -> None:
    declaring.declare(
        by=people.risk(), at=now, title="Slow answers", summary="Words", workflow=None, inputs={"harm": "DEGRADED"}
    )
    client = as_user(people.member())
    answer = client.get("/incidents/?severity=SEV-3")
    assert titles(answer) == ["Slow answers"]
    counts = {option.value: option.count for facet in answer.context["facets"] for option in facet.options}
    assert counts["SEV-2"] == 1
    assert titles(client.get("/incidents/?q=refund")) == ["Refunds paid twice"]
    assert titles(client.get(f"/incidents/?workflow={incident.workflows.get().pk}")) == ["Refunds paid twice"]


@pytest.mark.parametrize(
    "query",
    ["state=BOGUS", "workflow=abc", "workflow=" + "9" * 40, "page=999", "sort=;drop", "tab=x", "q=%00", "q='%22\\"],
)
def test_nonsense_in_the_address_is_survived(as_user: SignIn, incident: Incident, query: str) -> None:
    assert as_user(people.member()).get(f"/incidents/?{query}").status_code == 200


def test_restricted_incidents_leave_no_trace_in_lists_and_counts(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    restricting.restrict(incident, by=people.risk(), at=now, reason="Personal data")
    client = as_user(people.member())
    answer = client.get("/incidents/?tab=all&q=refunds")
    assert titles(answer) == []
    assert all(tab["count"] == 0 for tab in answer.context["tabs"])
    assert all(not facet.options for facet in answer.context["facets"])
    workflow = incident.workflows.get()
    assert titles(client.get(f"/workflows/{workflow.pk}/incidents/")) == []
    assert titles(as_user(people.auditor()).get("/incidents/?tab=all")) == ["Refunds paid twice"]


def test_evidence_of_restricted_incidents_is_not_listed(as_user: SignIn, incident: Incident, now: datetime) -> None:
    evidence(incident, now, title="Prompt")
    client = as_user(people.member())
    assert len(client.get("/evidence/").context["rows"]) == 1
    restricting.restrict(incident, by=people.risk(), at=now, reason="Personal data")
    assert client.get("/evidence/?q=Prompt").context["rows"] == []


def test_titles_of_restricted_evidence_are_neither_shown_nor_found(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    piece = evidence(incident, now, title="Medical letter", is_restricted=True)
    client = as_user(people.member())
    assert "Medical letter" not in client.get("/evidence/").content.decode()
    assert client.get("/evidence/?q=medical").context["rows"] == []
    assert client.get(f"/evidence/{piece.pk}/").status_code == 403


def test_the_list_asks_little_of_the_database(as_user: SignIn, workflow: Workflow, now: datetime) -> None:
    for number in range(12):
        declaring.declare(
            by=people.responder(),
            at=now - timedelta(minutes=number),
            title=f"No {number}",
            summary="x",
            workflow=workflow,
        )
    client = as_user(people.responder())
    client.get("/incidents/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/incidents/?tab=all&q=no&severity=SEV-2")
    own = [each["sql"] for each in asked if not any(word in each["sql"] for word in BOOKKEEPING)]
    assert len(own) <= 12, own


def evidence(incident: Incident, now: datetime, **fields: object) -> Evidence:
    given = {"kind": "OTHER", "note": "Words", "method": "Copied", "source": "Log", **fields}
    author = people.responder()
    fields = {"collected_by": author, "collected_at": now, "received_at": now, **given}
    return Evidence.objects.create(incident=incident, **fields)
