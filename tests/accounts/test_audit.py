"""The site-wide history: found by every filter, paged without counting, taken away as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.filters.audit import AuditFilter
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import ApiToken, AuditEntry, BusinessUnit, ImportMapping, SavedView, Surface, Vendor, Workflow
from registry.reports import audit as reports
from tests import people
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.fixture
def auditor() -> Client:
    return signed_in(people.auditor())


def shown(client: Client, query: str) -> str:
    """The list of results as the page shows it."""
    answer = client.get(f"/audit/?{query}")
    return str(answer.content.decode().split('id="results"')[1])


def test_auditors_and_risk_staff_read_it_and_nobody_else() -> None:
    for who in (people.auditor, people.risk):
        assert signed_in(who()).get("/audit/").status_code == 200
    for who in (people.owner, people.responder, people.executive, people.administrator, people.member):
        assert signed_in(who()).get("/audit/").status_code == 403
        assert signed_in(who()).get("/audit/export/").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "person={person}",
        "type=registry.vendor&object={object}",
        "type=registry.vendor&kind=~",
        "type=registry.vendor&origin=API",
        "unit=req-1",
        "words=contract%20signed",
        "since=2026-11-18T00:00&until=2026-11-20T00:00&type=registry.vendor",
    ],
)
def test_each_filter_finds_the_change_and_leaves_out_the_rest(auditor: Client, query: str) -> None:
    user = people.risk()
    with acting(origin="PAGE", reason="Other reason", unit_id="req-0"):
        Vendor.objects.create(name="Borealis")
    vendor = Vendor.objects.create(name="Acme")
    with acting(user_id=user.pk, origin="API", reason="The contract was signed", unit_id="req-1"):
        vendor.website = "https://acme.example"
        vendor._history_date = NOW  # type: ignore[attr-defined]
        vendor.save()
    page = shown(auditor, query.format(person=user.pk, object=vendor.pk))
    assert "https://acme.example" in page
    assert "Borealis" not in page


def test_a_reference_finds_its_record(auditor: Client) -> None:
    workflow = Workflow.objects.create(slug="a", name="Triage")
    page = shown(auditor, f"type=registry.workflow&object={workflow.reference}")
    assert f'href="/workflows/{workflow.pk}/"' in page


def test_an_unreadable_filter_says_so_and_keeps_the_rest(auditor: Client) -> None:
    answer = auditor.get("/audit/?since=nonsense&words=storm")
    assert answer.status_code == 422
    assert b'value="storm"' in answer.content


def test_refusals_are_read_with_page_and_rule(auditor: Client) -> None:
    signed_in(people.owner()).get("/audit/?x=1")
    page = shown(auditor, "event=REFUSED")
    assert "Only auditors and risk staff" in page
    assert "may_see_audit" in page


def test_a_record_that_is_gone_has_no_link(auditor: Client) -> None:
    workflow = Workflow.objects.create(slug="a", name="Triage")
    address = f'href="/workflows/{workflow.pk}/"'
    workflow.delete()
    assert address not in shown(auditor, "type=registry.workflow&kind=-")


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    for n in range(23):
        note("READ", at=NOW + timedelta(minutes=n // 3), object_id=n)  # several at the same moment
    rows = AuditEntry.objects.filter(event="READ")
    everything = [entry.pk for entry in rows.order_by("-at", "-id")]
    down = reports.stretch(rows, size=5)
    seen = [entry.pk for entry in down.rows]
    while down.older:
        down = reports.stretch(rows, before=down.older, size=5)
        seen += [entry.pk for entry in down.rows]
    assert seen == everything
    up, back = down, list(reversed([entry.pk for entry in down.rows]))
    while up.newer:
        up = reports.stretch(rows, after=up.newer, size=5)
        back += reversed([entry.pk for entry in up.rows])
    assert back == everything[::-1]


def test_a_place_that_cannot_be_read_is_the_beginning(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    for place in ("x", "1-", "9" * 40, "-1-2", "²-1"):
        assert "Acme" in shown(auditor, f"type=registry.vendor&before={place}")


def mixed() -> None:
    """Fifty entries and more, of many kinds of records, by many people."""
    for n in range(8):
        with acting(user_id=people.person(f"Person {n}").pk, reason=f"Reason {n}"):
            workflow = Workflow.objects.create(
                slug=f"w-{n}",
                name=f"Workflow {n}",
                business_owner=people.person(f"Owner {n}"),
                business_unit=BusinessUnit.objects.create(name=f"Unit {n}"),
                vendor=Vendor.objects.create(name=f"Vendor {n}"),
            )
            Surface.objects.create(workflow=workflow, kind="MODEL", name=f"Model {n}")
            ApiToken.objects.create(user=people.risk(), name=f"T{n}", prefix="hf_", digest=f"{n:064}")
            SavedView.objects.create(owner=people.risk(), name=f"View {n}", query="tier=T1")
            ImportMapping.objects.create(name=f"m-{n}", title=f"Mapping {n}", definition={})
            note("DOWNLOADED", at=NOW, object_type="registry.workflow", object_id=workflow.pk)


def test_fifty_mixed_entries_cost_few_queries(auditor: Client) -> None:
    mixed()
    with CaptureQueriesContext(connection) as captured:
        page = shown(auditor, "")
    assert page.count("<li>") >= 50
    assert len(captured) <= 16, "\n".join(query["sql"][:150] for query in captured)


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_file_holds_what_the_page_found_and_runs_nothing(auditor: Client) -> None:
    with acting(user_id=people.risk().pk, reason="=HYPERLINK(1)"):
        Vendor.objects.create(name="+Acme")
    BusinessUnit.objects.create(name="Elsewhere")
    answer = auditor.get("/audit/export/?type=registry.vendor")
    [heading, line] = rows_of(answer)
    assert heading[1] == "Who"
    assert line[1:5] == ["Rita Risk", "Created", "vendor +Acme", "registry.vendor"]
    assert line[7] == "'=HYPERLINK(1)"
    assert "attachment" in answer["Content-Disposition"]


def test_taking_a_copy_is_recorded_with_its_filters(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    auditor.get("/audit/export/?type=registry.vendor&before=12-3")
    entry = AuditEntry.objects.get(event="EXPORTED")
    assert entry.actor_id == people.auditor().pk
    assert entry.detail == {"rows": 1, "filters": {"type": ["registry.vendor"]}}


def test_more_than_a_file_holds_is_said_in_its_last_line() -> None:
    for n in range(7):
        note("READ", at=NOW, object_id=n)
    read = AuditEntry.objects.filter(event="READ")
    lines = list(reports.lines(reports.picked(read, most=5), most=5))
    assert len(lines) == 6
    assert "Only the newest 5 entries" in str(lines[-1][0])
    assert len(list(reports.lines(reports.picked(read, most=7), most=7))) == 7


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("person=1", "actor"),
        ("event=REFUSED", "audit_event"),
        ("unit=abc", "unit"),
        ("words=contract", "audit_reason"),
        ("type=registry.vendor&object=7", "object"),
    ],
)
def test_each_filter_has_an_index_that_serves_it(query: str, index: str) -> None:
    people.risk()
    values = QueryDict(query.replace("person=1", f"person={people.risk().pk}"))
    rows = AuditFilter(values, AuditEntry.objects.all()).qs.order_by("-at", "-id")[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan, plan
