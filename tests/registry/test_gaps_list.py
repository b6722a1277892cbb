"""The gaps of all workflows: the list, its filters, its files, and the register's facet and tokens."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import CapabilityRecord, Workflow
from registry.searchtokens import parse
from tests import people
from tests.registry import making
from tests.registry.test_capability_services import accept, ask, meet, state, today
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def triage() -> Workflow:
    """Seven capabilities: one late, one due, one accepted, one met, three with nothing said."""
    made = making.workflow()
    making.assessed(made)
    state(made, "ROLLBACK", at=timezone.now() - timedelta(days=20), due_date=today() - timedelta(days=2))
    state(made, "KILL_SWITCH", owner=people.risk())
    accept(ask(made, "TOOL_LOGGING"))
    meet(made, "ESCALATION_PATH", evidence="=HYPERLINK(1)")
    return made


@pytest.fixture
def letters() -> Workflow:
    """One capability area, nothing said."""
    made = making.workflow(name="Letter drafting")
    making.assessed(made, answers=making.answers(BUSINESS_IMPACT="ELEVATED"))
    return made


def listed(client: Client, query: str = "") -> list[tuple[str, str]]:
    answer = client.get(f"/gaps/?{query}")
    assert answer.status_code == 200
    return [(record.workflow.name, record.capability) for record, _state, _late in answer.context["rows"]]


def keys(client: Client, query: str) -> set[str]:
    return {key for _name, key in listed(client, query)}


def test_the_list_shows_what_is_missing_the_latest_first(triage: Workflow, letters: Workflow) -> None:
    found = listed(signed_in(people.member()))
    assert [key for _name, key in found][:2] == ["ROLLBACK", "KILL_SWITCH"]
    assert len(found) == 5 + 3
    assert not {"TOOL_LOGGING", "ESCALATION_PATH"} & {key for _name, key in found}


def test_filters_narrow_it(triage: Workflow, letters: Workflow) -> None:
    client = signed_in(people.owner())
    assert keys(client, "state=OVERDUE") == keys(client, "overdue=true") == {"ROLLBACK"}
    assert keys(client, "state=ACCEPTED") == {"TOOL_LOGGING"}
    assert keys(client, "state=MET") == {"ESCALATION_PATH"}
    assert keys(client, "owner=me") == {"ROLLBACK"}
    assert keys(client, f"owner={people.risk().pk}&owner=me") == {"ROLLBACK", "KILL_SWITCH"}
    assert keys(client, "owner=none&area=AUTONOMY") == {"APPROVAL_GATE"}
    assert {name for name, _key in listed(client, "area=BUSINESS_IMPACT")} == {"Letter drafting"}
    assert {name for name, _key in listed(client, "q=letter")} == {"Letter drafting"}
    assert keys(client, "q=kill+switch") == keys(client, "capability=KILL_SWITCH") == {"KILL_SWITCH"}
    assert {name for name, _key in listed(client, "tier=T1")} == {"Claims triage"}
    assert {name for name, _key in listed(client, f"q={letters.reference}")} == {"Letter drafting"}


def test_retired_workflows_lack_nothing(triage: Workflow) -> None:
    triage.stage, triage.production_basis = "RETIRED", ""
    triage.save()
    assert listed(signed_in(people.member())) == []


def test_it_sorts_both_ways(triage: Workflow, letters: Workflow) -> None:
    client = signed_in(people.member())
    for sort in ("due", "workflow", "tier", "capability", "owner"):
        up, down = listed(client, f"sort={sort}"), listed(client, f"sort=-{sort}")
        assert set(up) == set(down)
    assert listed(client, "sort=workflow")[0][0] == "Claims triage"
    assert listed(client, "sort=-workflow")[0][0] == "Letter drafting"
    assert listed(client, "sort=-due")[0][1] == "KILL_SWITCH"


@pytest.mark.parametrize(
    "query",
    [
        "sort=nonsense",
        "state=NOPE",
        "owner=%00",
        "q=%00",
        f"owner={'9' * 30}",
        "page=x",
        "workflow=99999999999999999999",
    ],
)
def test_what_cannot_be_understood_breaks_nothing(triage: Workflow, query: str) -> None:
    assert signed_in(people.member()).get(f"/gaps/?{query}").status_code == 200


def test_facets_count_what_they_would_show(triage: Workflow, letters: Workflow) -> None:
    client = signed_in(people.owner())
    for query in ("", "tier=T1", "state=GAP&area=AUTONOMY"):
        answer = client.get(f"/gaps/?{query}")
        for name, options in answer.context["facets"].items():
            for option in options:
                rest = "&".join(part for part in query.split("&") if part and not part.startswith(f"{name}="))
                assert option.count == len(listed(client, f"{rest}&{name}={option.value}")), (query, name, option)


def test_the_list_stays_cheap_however_long(django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    for number in range(8):
        making.assessed(making.workflow(name=f"Workflow {number}"))
    client = signed_in(people.member())
    client.get("/gaps/")
    with django_assert_max_num_queries(12):
        assert client.get("/gaps/").context["page_obj"].paginator.count == 8 * 7


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_rows_leave_as_a_file_and_nothing_in_it_runs(triage: Workflow, kind: str) -> None:
    answer: Any = signed_in(people.member()).get(f"/gaps/export/{kind}/?state=MET&state=OVERDUE")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        heading, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        found = [dict(zip(heading, row, strict=True)) for row in rows]
        assert [(row["Capability"], row["State"], row["Days late"]) for row in found] == [
            ("Rollback", "Overdue", "2"),
            ("Escalation path", "Met", "0"),
        ]
        assert found[1]["Evidence"] == "'=HYPERLINK(1)"


def test_the_register_finds_workflows_by_their_gaps(triage: Workflow, letters: Workflow) -> None:
    bare = making.workflow(name="Bare")
    clear = making.workflow(name="Clear")
    making.assessed(clear, answers=making.answers())
    client = signed_in(people.member())

    def names(query: str) -> set[str]:
        answer = client.get(f"/workflows/?{query}", follow=True)
        return {workflow.name for workflow in answer.context["page_obj"]}

    assert names("gap=open") == names("q=gap:yes") == {"Claims triage", "Letter drafting"}
    assert names("gap=overdue") == names("q=gap:overdue") == {"Claims triage"}
    assert names("gap=accepted") == {"Claims triage"}
    assert names("gap=none") == {"Clear"}
    assert names("q=gap:severity_model") == {"Letter drafting"}
    assert bare.name in names("")
    options = {o.value: o.count for o in client.get("/workflows/").context["facets"]["gap"]}
    assert options == {"open": 2, "overdue": 1, "stale": 0, "accepted": 1, "ending": 1, "none": 1}


def test_the_token_reads_states_and_capabilities() -> None:
    assert parse("gap:yes gap:KILL_SWITCH").filters == (("gap", "open"), ("gap", "KILL_SWITCH"))
    assert parse("gap:nonsense").filters == ()


def test_lists_and_counts_stay_true_when_the_assessment_changes(triage: Workflow) -> None:
    client = signed_in(people.member())
    making.assessed(triage, answers=making.answers(BUSINESS_IMPACT="HIGH"))
    assert keys(client, "") == {"SEVERITY_MODEL", "EXECUTIVE_ESCALATION", "POST_INCIDENT_REVIEW"}
    assert CapabilityRecord.objects.count() == 7 + 3
