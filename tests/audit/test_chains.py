"""The chain of a record holds everything under it, what is gone too, and nothing of others."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.services import timeline
from registry.filters.audit import object_types
from registry.kernel.audit import belonging
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import AuditEntry, Vendor
from registry.reports import audit as reports
from registry.reports import audit_chain
from tests import people
from tests.access import dataset
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> dataset.Site:
    return dataset.build()


def kinds_in(client: Client, address: str) -> str:
    """All stretches of a chain, one after the other."""
    text, place = "", ""
    while True:
        answer = client.get(address + place)
        assert answer.status_code == 200
        text += answer.content.decode().split('id="results"')[1]
        older = answer.context["stretch"].older
        if not older:
            return text
        place = f"{'&' if '?' in address else '?'}before={older}"


def test_an_incident_has_everything_under_it(auditor: Client, site: dataset.Site) -> None:
    incident = site.objects["incidents"]
    page = kinds_in(auditor, f"/audit/chain/incidents.incident/{incident.pk}/")
    for kind in (
        "incidents.incident", "incidents.timelineentry", "incidents.evidence", "incidents.containmentaction",
        "incidents.communication", "incidents.obligation", "incidents.roleassignment", "reviews.review",
        "reviews.actionitem", "registry.document",
    ):  # fmt: skip
        assert f"type={kind}&amp;" in page, kind
    assert "Chain of custody" in page
    assert "registry.workflow&amp;" not in page


def test_an_incident_alone_is_the_record_itself(auditor: Client, site: dataset.Site) -> None:
    page = kinds_in(auditor, f"/audit/chain/incidents.incident/{site.objects['incidents'].pk}/?part=own")
    assert "incidents.timelineentry" not in page


def test_the_filter_by_incident_takes_its_reference_and_leaves_others_out(auditor: Client, site: dataset.Site) -> None:
    incident, risk = site.objects["incidents"], site.people["risk"]
    timeline.post(incident, by=risk, at=timezone.now(), text="Belongs here")
    Vendor.objects.create(name="Elsewhere")
    page = kinds_in(auditor, f"/audit/?incident={incident.reference}")
    assert "Belongs here" in page
    assert "Elsewhere" not in page
    assert "Nothing found" in kinds_in(auditor, "/audit/?incident=INC-9999")


def test_a_deleted_part_stays_in_the_chain(auditor: Client, site: dataset.Site) -> None:
    workflow, surface = site.objects["workflows"], site.objects["surfaces"]
    gone = workflow.surfaces.create(kind="MODEL", name="Gone model")
    gone.delete()
    page = kinds_in(auditor, f"/audit/chain/registry.workflow/{workflow.pk}/")
    assert "Gone model" in page
    assert f"registry.surface&amp;object={surface.pk}" in page


def test_a_person_has_deeds_account_and_reads_apart(auditor: Client) -> None:
    risk = people.risk()
    with acting(user_id=risk.pk, reason="A deed"):
        Vendor.objects.create(name="Acme")
    with acting(user_id=risk.pk):
        note("VIEWED", at=timezone.now(), object_type="incidents.incident", object_id=4, reason="A look")
    with acting(user_id=people.administrator().pk, reason="Her account"):
        risk.title = "Head"
        risk.save()
    address = f"/audit/chain/registry.user/{risk.pk}/"
    found = {part: kinds_in(auditor, f"{address}?part={part}") for part in ("did", "account", "reads")}
    assert [("A deed" in page, "A look" in page, "Her account" in page) for page in found.values()] == [
        (True, True, False),
        (False, False, True),
        (False, True, False),
    ]


@pytest.mark.parametrize(
    "address",
    ["registry.vendor/999999", "registry.nothing/1", "registry.historicalvendor/1", "auth.permission/1", "x/1",
     "registry.vendor/0x1", "registry.Vendor/1", "registry.vendor/99999999999999999999"],
)  # fmt: skip
def test_what_never_was_has_no_chain(auditor: Client, address: str) -> None:
    assert auditor.get(f"/audit/chain/{address}/").status_code == 404


def test_each_page_leads_to_its_chain_for_who_reads_the_history_only(site: dataset.Site, auditor: Client) -> None:
    objects = site.objects
    for page, record in (
        (f"/incidents/{objects['incidents'].pk}/", f"incidents.incident/{objects['incidents'].pk}/"),
        (f"/incidents/{objects['incidents'].pk}/history/", f"incidents.incident/{objects['incidents'].pk}/"),
        (f"/workflows/{objects['workflows'].pk}/history/", f"registry.workflow/{objects['workflows'].pk}/"),
        (f"/actions/{objects['actions'].pk}/", f"reviews.actionitem/{objects['actions'].pk}/"),
        (f"/evidence/{objects['evidence'].pk}/", f"incidents.evidence/{objects['evidence'].pk}/"),
        (f"/people/{people.member().pk}/", f"registry.user/{people.member().pk}/"),
    ):
        address = f'href="/audit/chain/{record}"'
        assert address in auditor.get(page).content.decode(), page
        assert address not in signed_in(people.responder()).get(page).content.decode(), page


def test_a_chain_costs_a_fixed_number_of_queries(auditor: Client, site: dataset.Site) -> None:
    address = f"/audit/chain/incidents.incident/{site.objects['incidents'].pk}/"
    counts = []
    for more in (60, 12):  # a page full of one kind of record, and another
        for n in range(more):
            timeline.post(site.objects["incidents"], by=site.people["risk"], at=timezone.now(), text=f"Entry {n}")
        with CaptureQueriesContext(connection) as captured:
            assert auditor.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 18


def test_numbers_of_parts_are_written_out_so_that_the_index_serves_them(auditor: Client, site: dataset.Site) -> None:
    parts = belonging.under("incidents.incident", str(site.objects["incidents"].pk))
    rows: Any = AuditEntry.objects.filter(belonging.chain(parts)).order_by("-at", "-id")[:51]
    sql, params = rows.query.sql_with_params()
    assert sql.count("SELECT") == 1, "no number is left to be looked up"
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):  # what is left are searches, at least one for each kind
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        [[[plan]]] = cursor.fetchall()
    searched = [step["Index Cond"] for step in steps_of(plan["Plan"]) if "Index Cond" in step]
    assert len(searched) >= len(parts), plan
    assert all("object_type" in each or "object_id" in each for each in searched), plan


def steps_of(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for inner in step.get("Plans", []):
        yield from steps_of(inner)


@pytest.mark.parametrize("label", ["registry.storedfile", "registry.checkpoint", "registry.auditentry"])
def test_what_only_events_are_about_is_found_and_has_a_chain(auditor: Client, label: str) -> None:
    note("FILE_ALTERED", at=timezone.now(), object_type=label, object_id=81, reason="Told of it")
    page = kinds_in(auditor, "/audit/?reads=")
    address = page.split("all of this record")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert address == f"/audit/?type={label}&object=81"
    assert "Told of it" in kinds_in(auditor, address)
    assert "Told of it" in kinds_in(auditor, f"/audit/chain/{label}/81/")
    assert auditor.get(f"/audit/chain/{label}/82/").status_code == 404


def test_every_kind_of_record_that_entries_are_about_can_be_chosen(site: dataset.Site) -> None:
    told = set(AuditEntry.objects.exclude(object_type="").values_list("object_type", flat=True))
    assert told <= {label for label, _name in object_types()}


def test_what_became_of_a_stored_file_stands_in_the_chain_of_its_evidence(auditor: Client, site: dataset.Site) -> None:
    evidence = site.objects["evidence"]
    note("FILE_ALTERED", at=timezone.now(), object_type="registry.storedfile", object_id=evidence.file_id)
    for record in (evidence, evidence.incident):
        page = kinds_in(auditor, f"/audit/chain/{record._meta.label_lower}/{record.pk}/")
        assert "Stored file found altered" in page


def test_a_reference_is_of_its_own_kind_of_record_and_of_no_other(auditor: Client, site: dataset.Site) -> None:
    workflow, number = site.objects["workflows"], site.objects["workflows"].pk
    note("READ", at=timezone.now(), object_type="registry.vendor", object_id=number, reason="A vendor")
    note("READ", at=timezone.now(), object_type="incidents.incident", object_id=number, reason="An incident")
    note("READ", at=timezone.now(), object_type="registry.workflow", object_id=number, reason="A workflow")
    page = kinds_in(auditor, f"/audit/?object={workflow.reference}")
    assert "A workflow" in page
    assert "A vendor" not in page
    assert "An incident" not in page
    assert "A vendor" in kinds_in(auditor, f"/audit/?object={number}")
    assert "Nothing found" in kinds_in(auditor, f"/audit/?object=XX-{number}")
    for query in (f"incident={workflow.reference}", f"type=registry.vendor&object={workflow.reference}"):
        answer = auditor.get(f"/audit/?{query}")
        assert answer.status_code == 422
        assert "is the reference of another kind of record: workflow." in answer.content.decode()


def test_a_number_alone_is_found_by_an_index_in_its_order(auditor: Client) -> None:
    rows: Any = AuditEntry.objects.filter(object_id="7").order_by("-at", "-id")[:51]
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        [[[plan]]] = cursor.fetchall()
    [searched] = [step for step in steps_of(plan["Plan"]) if "Index Cond" in step]
    assert searched["Index Name"] == "audit_object", plan
    assert not any("Sort" in step["Node Type"] for step in steps_of(plan["Plan"])), plan


def test_a_file_of_a_changed_field_asks_the_history_once(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "PER_BATCH", 2)
    vendor = Vendor.objects.create(name="Acme 0")
    for turn in range(1, 6):
        vendor.name = f"Acme {turn}"
        vendor.save()
    with CaptureQueriesContext(connection) as captured:
        answer: Any = auditor.get("/audit/export/?type=registry.vendor&field=name")
        text = b"".join(answer.streaming_content).decode()
    assert text.count("→ Acme") == 5
    assert sum("lag(" in query["sql"] for query in captured.captured_queries) == 1


@pytest.mark.parametrize(
    ("chain", "part"),
    [("workflows", "all"), ("workflows", "own"), ("actions", "all"), ("evidence", "all"), ("incidents", "all"),
     ("people", "did"), ("people", "account"), ("people", "reads")],
)  # fmt: skip
def test_a_chain_is_taken_away_as_a_file_and_as_filters_of_a_pack(
    auditor: Client, site: dataset.Site, chain: str, part: str
) -> None:
    record = site.people["responder"] if chain == "people" else site.objects[chain]
    answer = auditor.get(f"/audit/chain/{record._meta.label_lower}/{record.pk}/?part={part}")
    page = answer.content.decode().replace("&amp;", "&")
    query = page.split('href="/audit/export/?')[1].split('"')[0]
    assert f'href="/reports/new/audit-pack/?{query}"' in page
    file: Any = auditor.get(f"/audit/export/?{query}")
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))[1:]
    shown = reports.picked(audit_chain.entries(answer.context["chain"], part))
    assert part == "reads" or len(rows) == len(shown)
    assert auditor.get(f"/reports/new/audit-pack/?{query}").status_code == 200


def test_a_chain_is_asked_for_by_reference_and_by_nothing_else(auditor: Client) -> None:
    for text in ("31", "XX-31", "abc"):
        answer = auditor.get(f"/audit/?chain={text}")
        assert answer.status_code == 422
        assert "Give a reference, such as WF-0031" in answer.content.decode()
