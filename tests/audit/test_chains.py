"""The chain of a record holds everything under it, what is gone too, and nothing of others."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.services import timeline
from registry.kernel.audit import belonging
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import AuditEntry, Vendor
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
    for _n in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert auditor.get(address).status_code == 200
        counts.append(len(captured))
        for n in range(12):
            timeline.post(site.objects["incidents"], by=site.people["risk"], at=timezone.now(), text=f"Entry {n}")
    assert counts[0] == counts[1] <= 18


def test_numbers_of_parts_are_written_out_so_that_the_index_serves_them(auditor: Client, site: dataset.Site) -> None:
    parts = belonging.under("incidents.incident", str(site.objects["incidents"].pk))
    rows: Any = AuditEntry.objects.filter(belonging.chain(parts)).order_by("-at", "-id")[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "object_" in plan, plan
