"""The audit page as an auditor reads it: who with which roles, both clocks, the place in the ledger, own views."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Heartbeat, Role, SavedView, Vendor
from registry.services import people as accounts
from registry.services import workflows
from tests import people
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"/audit/?{query}")
    return str(answer.content.decode().split('id="results"')[1])


def test_an_entry_names_the_roles_held_then_and_not_those_of_today(auditor: Client) -> None:
    risk = people.risk()
    with acting(user_id=risk.pk, origin="PAGE"):
        Vendor.objects.create(name="Acme")
    accounts.set_roles(risk, by=people.administrator(), at=timezone.now(), roles=[Role.OWNER], reason="Moved on")
    assert '<span class="held">Risk and compliance</span>' in shown(auditor, "type=registry.vendor")


def test_an_entry_waits_for_its_place_and_then_names_it(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    assert "Waiting for its place" in shown(auditor, "type=registry.vendor")
    sequencing.advance()
    page = shown(auditor, "type=registry.vendor")
    entry = AuditEntry.objects.get(object_type="registry.vendor")
    assert f'href="/audit/entries/{entry.pk}/">Place ' in page
    assert "Waiting" not in page


def test_a_stated_time_far_from_the_clock_of_the_server_is_shown_beside_it(auditor: Client) -> None:
    note("READ", at=NOW - timedelta(days=900))
    assert shown(auditor, "").count("written <time") == 1


def test_what_came_past_the_application_stands_out_with_login_program_and_statement(auditor: Client) -> None:
    vendor = Vendor.objects.create(name="Acme")
    past_the_application(vendor)
    page = shown(auditor, "origin=DATABASE")
    assert '<li class="past">' in page
    for told in ("mallory", "psql", "10.1.2.3", "UPDATE registry_vendor"):
        assert told in page
    assert 'Past the application <span class="n">1</span>' in auditor.get("/audit/").content.decode()


def past_the_application(vendor: Vendor) -> None:
    """What the guard of the database leaves behind."""
    with acting(origin="DATABASE", reason="Not recorded by the application"):
        vendor.website = "https://elsewhere.example"
        vendor.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_gap (at, object_type, object_id, operation, role, application, address, query) "
            "VALUES (clock_timestamp(), 'registry.vendor', %s, 'UPDATE', 'mallory', 'psql', '10.1.2.3', "
            "'UPDATE registry_vendor SET website = …')",
            [str(vendor.pk)],
        )


@pytest.mark.parametrize("since", ["2026-11-18T00:00Z", "2026-11-18T01:00%2B01:00", "2026-11-18T01:00 01:00"])
def test_moments_are_understood_with_their_zone(auditor: Client, since: str) -> None:
    for day in (17, 19):
        note("READ", at=datetime(2026, 11, day, tzinfo=UTC), reason=f"Day {day}")
    page = shown(auditor, f"since={since}")
    assert "Day 19" in page
    assert "Day 17" not in page
    assert 'value="2026-11-18T00:00"' in auditor.get(f"/audit/?since={since}").content.decode()


def test_a_changed_field_is_found_among_one_kind_of_record(auditor: Client) -> None:
    risk = people.risk()
    workflow = workflows.register(by=risk, at=NOW, reason="New", name="Triage", business_owner=people.owner())
    workflow.purpose = "Another"
    with acting(reason="Described"):
        workflow.save()
    workflow.name = "Triage of claims"
    with acting(reason="Renamed"):
        workflow.save()
    page = shown(auditor, "type=registry.workflow&field=name")
    assert "Renamed" in page
    assert "Described" not in page
    assert "Renamed" in shown(auditor, f"type=registry.workflow&field=name&object={workflow.reference}")


def test_a_changed_field_without_its_kind_of_record_is_refused_in_words(auditor: Client) -> None:
    answer = auditor.get("/audit/?field=name")
    assert answer.status_code == 422
    assert b"Choose one kind of record as well." in answer.content


def test_personal_fields_are_found_too(auditor: Client) -> None:
    member = people.member()
    member.name = "Maxima Member"
    with acting(reason="Married"):
        member.save()
    assert "Married" in shown(auditor, "type=registry.user&field=name")


def test_reads_are_found_and_what_was_done_to_evidence_is_not_a_read(auditor: Client) -> None:
    note("VIEWED", at=NOW, object_type="incidents.incident", object_id=7, reason="Opened it")
    note("CUSTODY", at=NOW, object_type="incidents.evidence", object_id=1, detail={"kind": "READ"}, reason="Taken out")
    note(
        "CUSTODY", at=NOW, object_type="incidents.evidence", object_id=1, detail={"kind": "HELD"}, reason="Put on hold"
    )
    page = shown(auditor, "reads=on")
    assert "Opened it" in page
    assert "Taken out" in page
    assert "Put on hold" not in page


def test_the_ledger_stands_above_the_history(auditor: Client) -> None:
    Vendor.objects.create(name="Acme")
    assert "Nothing is being sealed" in auditor.get("/audit/").content.decode()
    Heartbeat.objects.create(name="seal@here", at=timezone.now())
    sequencing.advance()
    assert "Sealed as it is written" in auditor.get("/audit/").content.decode()
    Heartbeat.objects.filter(name="seal@here").update(trouble="The key file ledger.pem is not there.")
    assert "The key file ledger.pem is not there." in auditor.get("/audit/").content.decode()


def test_a_view_is_kept_shown_changed_and_deleted(auditor: Client) -> None:
    given = {"name": "Vendors by hand", "query": "type=registry.vendor&origin=PAGE&before=1-2", "once": "a"}
    answer = auditor.post("/audit/views/save/", given)
    view = SavedView.objects.get(page="audit")
    assert (view.name, view.query) == ("Vendors by hand", "type=registry.vendor&origin=PAGE")
    assert answer["Location"] == f"/audit/?type=registry.vendor&origin=PAGE&view={view.pk}"
    assert 'aria-current="page">Vendors by hand' in auditor.get(answer["Location"]).content.decode()
    auditor.post(f"/audit/views/{view.pk}/", {"keep": "type=registry.vendor"})
    view.refresh_from_db()
    assert view.query == "type=registry.vendor"
    auditor.post(f"/audit/views/{view.pk}/", {"name": "Vendors"})
    assert b"Vendors</a>" in auditor.get("/audit/").content
    auditor.post(f"/audit/views/{view.pk}/delete/")
    assert not SavedView.objects.filter(page="audit").exists()


def test_views_of_one_list_are_not_those_of_another(auditor: Client) -> None:
    view = SavedView.objects.create(page="register", name="Mine", owner=people.auditor(), query="tier=T1")
    assert auditor.get(f"/audit/views/{view.pk}/").status_code == 404
    assert b"Mine</a>" not in auditor.get("/audit/").content
    mine = SavedView.objects.create(page="audit", name="Other", owner=people.auditor(), query="")
    assert auditor.get(f"/workflows/views/{mine.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["views/save/", "ledger/", "entries/1/", "ledger/export/", "chain/x/1/"])
def test_only_who_reads_the_history_gets_in(address: str) -> None:
    for who in (people.owner, people.responder, people.executive, people.administrator, people.member):
        assert signed_in(who()).get(f"/audit/{address}").status_code == 403


def test_the_file_tells_roles_and_place(auditor: Client) -> None:
    with acting(user_id=people.risk().pk):
        Vendor.objects.create(name="Acme")
    sequencing.advance()
    answer: Any = auditor.get("/audit/export/?type=registry.vendor")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    entry = AuditEntry.objects.get(object_type="registry.vendor")
    assert "Risk and compliance" in text
    assert bytes(entry.leaf_hash).hex() in text
    assert f",{entry.leaf.index}," in text
