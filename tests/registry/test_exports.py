"""The list as a file: exactly what is shown, and recorded."""

import csv
import io
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from openpyxl import load_workbook

from registry.kernel.http.downloads import download
from registry.models import AuditEntry, BusinessUnit, Workflow
from tests import people
from tests.registry.register_cast import many, open_action, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


def test_the_file_has_the_rows_order_and_columns_of_the_list() -> None:
    unit = BusinessUnit.objects.create(name="Claims")
    workflow("Beta", tier="T2", business_unit=unit)
    alpha = workflow("Alpha", tier="T1", business_unit=unit, next_review_date=date(2030, 1, 2))
    workflow("Gamma", tier="T3")
    workflow("Old", tier="T1", stage="RETIRED")
    response = signed_in(people.member()).get(
        "/workflows/export/csv/?tier=T1&tier=T2&sort=-name&cols=unit,review,tier&page=9"
    )
    assert table(response) == [
        ["ID", "Workflow", "Business unit", "Next review", "Risk tier"],
        [Workflow.objects.get(name="Beta").reference, "Beta", "Claims", "", "T2 High"],
        [alpha.reference, "Alpha", "Claims", "2030-01-02", "T1 Critical"],
    ]


def test_all_pages_are_in_the_file() -> None:
    many(130)
    assert len(table(signed_in(people.member()).get("/workflows/export/csv/?size=25"))) == 131


def test_open_work_fills_two_columns() -> None:
    row = workflow("One")
    open_action(row, people.owner())
    heading, line = table(signed_in(people.member()).get("/workflows/export/csv/?cols=open"))
    assert heading[2:] == ["Open incidents", "Open actions"]
    assert line[2:] == ["0", "1"]


@pytest.mark.parametrize("formula", ["=1+1", "+1-1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.test")'])
def test_a_formula_stays_text_in_both_kinds_of_file(formula: str) -> None:
    workflow(f"{formula}x")
    client = signed_in(people.member())
    assert not table(client.get("/workflows/export/csv/"))[1][1].startswith(("=", "+", "-", "@", "\t"))
    book = load_workbook(io.BytesIO(body(client.get("/workflows/export/xlsx/"))))
    cell = book.worksheets[0]["B2"]
    assert cell.data_type == "s"


def test_only_picked_rows_are_exported_from_the_bulk_bar() -> None:
    rows = [workflow(name) for name in "ABC"]
    client = signed_in(people.member())
    response = client.post("/workflows/export/csv/", {"pick": [rows[0].pk, rows[2].pk], "query": "sort=-name"})
    assert [line[1] for line in table(response)[1:]] == ["C", "A"]


def test_the_whole_view_is_exported_from_the_bulk_bar() -> None:
    many(60)
    response = signed_in(people.member()).post("/workflows/export/csv/", {"scope": "view", "query": "", "pick": ["1"]})
    assert len(table(response)) == 61


def test_an_export_is_recorded_with_who_what_and_how_many() -> None:
    many(3)
    me = people.member()
    answer: Any = signed_in(me).get("/workflows/export/xlsx/?stage=PRODUCTION")
    digest = sha256(b"".join(answer.streaming_content)).hexdigest()
    entry = AuditEntry.objects.get(event="EXPORTED")
    assert entry.actor_id == me.pk
    assert entry.object_type == "registry.workflow"
    assert entry.detail == {"format": "xlsx", "view": "stage=PRODUCTION", "picked": 0, "rows": 3, "sha256": digest}


def test_the_file_name_carries_the_day() -> None:
    response = signed_in(people.member()).get("/workflows/export/csv/")
    assert f'filename="workflows-{timezone.localdate().isoformat()}.csv"' in response["Content-Disposition"]


def test_an_unknown_kind_of_file_is_not_found() -> None:
    assert signed_in(people.member()).get("/workflows/export/pdf/").status_code == 404


def test_a_restricted_incident_is_not_counted_for_those_who_may_not_see_it() -> None:
    from tests.registry.register_cast import open_incident

    open_incident(workflow("One"), people.responder(), visibility="RESTRICTED")
    url = "/workflows/export/csv/?cols=open"
    assert table(signed_in(people.member()).get(url))[1][2] == "0"
    assert table(signed_in(people.risk()).get(url))[1][2] == "1"


async def collect(response: Any) -> bytes:
    return b"".join([piece async for piece in response.streaming_content])


def test_a_download_under_asgi_comes_in_pieces() -> None:
    from asgiref.sync import async_to_sync
    from django.test import AsyncRequestFactory

    content = b"x" * 600_000
    response = download(AsyncRequestFactory().get("/"), io.BytesIO(content), filename="ä.csv", content_type="text/csv")
    assert response.is_async  # type: ignore[attr-defined]
    assert async_to_sync(collect)(response) == content
    plain = download(RequestFactory().get("/"), io.BytesIO(content), filename="a.csv", content_type="text/csv")
    assert body(plain) == content
