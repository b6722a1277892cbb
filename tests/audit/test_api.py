"""The history and the ledger for programs: the same filters, a cursor in time, the exact bytes and their proof."""

from base64 import b64decode
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from registry.kernel.access.tokens import issue
from registry.kernel.audit.events import note
from registry.kernel.ledger import exporting, merkle, notes, sequencing
from registry.kernel.ledger.keys import known_vkeys
from registry.models import AuditEntry, Checkpoint, IntegrityCheck, Receipt, User, Vendor
from tests import people
from tests.access import dataset
from tests.audit.test_page import past_the_application
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user, name='Test')[1]}")
    return client


@pytest.fixture
def api() -> APIClient:
    return client_of(people.auditor())


def test_pages_follow_each_other_in_time_and_not_by_number(api: APIClient) -> None:
    for hour in (5, 1, 4, 2, 3, 3, 3):
        note("READ", at=NOW + timedelta(hours=hour), object_type="registry.vendor", object_id=hour)
    url: str | None = "/api/v1/audit/?type=registry.vendor&page_size=2"
    seen, back = [], None
    while url:
        answer = api.get(url).json()
        seen += [row["object_id"] for row in answer["results"]]
        back = answer["previous"]
        url = answer["next"]
    assert seen == ["5", "4", "3", "3", "3", "2", "1"]
    assert back is not None
    assert [row["object_id"] for row in api.get(back).json()["results"]] == ["3", "2"]


@pytest.mark.parametrize("cursor", ["x", "older-", "older-x", "sideways-1-2", "older-1-2-3", "cD0x"])
def test_a_cursor_that_is_not_ours_is_refused(api: APIClient, cursor: str) -> None:
    assert api.get(f"/api/v1/audit/?cursor={cursor}").status_code == 400


def test_a_line_tells_roles_clock_and_place(api: APIClient) -> None:
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    [line] = api.get("/api/v1/audit/?type=registry.vendor").json()["results"]
    entry = AuditEntry.objects.get(pk=line["id"])
    assert (line["place"], line["leaf_hash"]) == (entry.leaf.index, bytes(entry.leaf_hash).hex())
    assert line["server_at"] is not None
    assert {"field": "name", "label": "Name", "old": "", "new": "Acme"} in line["changes"]


def test_filters_of_the_page_are_those_of_the_api(api: APIClient) -> None:
    note("VIEWED", at=NOW, object_type="incidents.incident", object_id=1)
    note("REFUSED", at=NOW)
    assert [row["event"] for row in api.get("/api/v1/audit/?reads=true").json()["results"]] == ["VIEWED"]
    assert api.get("/api/v1/audit/?field=name").status_code == 422
    assert api.get("/api/v1/audit/?incident=INC-9999").json()["results"] == []


def test_one_entry_comes_with_its_bytes_and_proof(api: APIClient) -> None:
    vendor = Vendor.objects.create(name="Acme")
    entry = AuditEntry.objects.get(object_type="registry.vendor", object_id=str(vendor.pk))
    assert api.get(f"/api/v1/audit/{entry.pk}/").json()["proof"] is None
    sequencing.advance()
    whole = api.get(f"/api/v1/audit/{entry.pk}/").json()
    assert merkle.leaf(b64decode(whole["payload"])) == bytes(entry.leaf_hash)
    assert whole["proof"].startswith("c2sp.org/tlog-proof@v1\n")
    assert whole["erased_by"] is None


def test_the_state_of_the_ledger_is_told(api: APIClient) -> None:
    Vendor.objects.create(name="Acme")
    before = api.get("/api/v1/ledger/").json()
    assert before["waiting"] > 0
    assert before["checkpoint"] is None
    sequencing.advance()
    after = api.get("/api/v1/ledger/").json()
    assert (after["waiting"], after["size"]) == (0, after["checkpoint"]["size"])
    assert after["guards_are_as_sealed"] is True
    assert notes.read(after["checkpoint"]["note"], after["keys"]).signed_by
    assert after["keys"] == known_vkeys()


def test_only_who_reads_the_history_reads_it_here() -> None:
    entry = note("READ", at=timezone.now())
    for address in ("audit/", f"audit/{entry.pk}/", "ledger/"):
        assert client_of(people.owner()).get(f"/api/v1/{address}").status_code == 403


def test_a_change_past_the_application_comes_with_login_program_address_and_statement(api: APIClient) -> None:
    past_the_application(Vendor.objects.create(name="Acme"))
    [line] = api.get("/api/v1/audit/?origin=DATABASE").json()["results"]
    told = line["past_application"]
    assert [told[name] for name in ("operation", "login", "program", "address")] == [
        "UPDATE", "mallory", "psql", "10.1.2.3",
    ]  # fmt: skip
    assert told["statement"].startswith("UPDATE registry_vendor")
    [other] = api.get("/api/v1/audit/?type=registry.vendor&kind=%2B").json()["results"]
    assert other["past_application"] is None


def test_checks_and_receipts_are_told_and_answers_of_witnesses_taken(api: APIClient) -> None:
    IntegrityCheck.objects.create(subject="LEDGER", started_at=NOW, findings=["Place 3 differs."], findings_count=1)
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    newest = Checkpoint.objects.latest("size")
    rows = [("rfc3161 https://tsa.example.test/", b"\x30\x80"), ("folder /drop", b"")]
    stamp, silent = [
        Receipt.objects.create(checkpoint=newest, witness=name, answer=said, sent_at=NOW) for name, said in rows
    ]
    [check] = api.get("/api/v1/ledger/checks/?subject=LEDGER").json()["results"]
    assert (check["findings"], check["findings_count"]) == (["Place 3 differs."], 1)
    told = api.get("/api/v1/ledger/receipts/").json()["results"]
    assert [(row["size"], row["has_answer"]) for row in told] == [(newest.size, False), (newest.size, True)]
    answer: Any = api.get(f"/api/v1/ledger/receipts/{stamp.pk}/answer/")
    assert b"".join(answer.streaming_content) == b"\x30\x80"
    assert f"token-{newest.size}.der" in answer["Content-Disposition"]
    assert api.get(f"/api/v1/ledger/receipts/{silent.pk}/answer/").status_code == 409
    page = signed_in(people.auditor())
    assert f'href="/audit/ledger/receipts/{stamp.pk}/answer/"' in page.get("/audit/ledger/").content.decode()
    assert page.get(f"/audit/ledger/receipts/{stamp.pk}/answer/").content == b"\x30\x80"
    assert AuditEntry.objects.filter(event="DOWNLOADED", detail__file=f"token-{newest.size}.der").count() == 2


def test_the_ledger_is_exported_and_taking_it_is_recorded(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "one_view", lambda: nullcontext(connection))
    assert api.get("/api/v1/ledger/export/").status_code == 409
    Vendor.objects.create(name="Acme")
    sequencing.advance()
    answer: Any = api.get("/api/v1/ledger/export/")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as export:
        assert "entries.bin" in export.namelist()
    assert AuditEntry.objects.filter(event="EXPORTED", object_type="registry.checkpoint").exists()


def test_chains_are_read_by_reference(api: APIClient) -> None:
    site = dataset.build()
    for kind in ("workflows", "actions", "evidence"):
        record = site.objects[kind]
        rows = api.get(f"/api/v1/audit/?chain={record.reference}&page_size=500").json()["results"]
        assert record._meta.label_lower in {row["object_type"] for row in rows}
    assert "registry.surface" in {
        row["object_type"]
        for row in api.get(f"/api/v1/audit/?chain={site.objects['workflows'].reference}").json()["results"]
    }
    assert api.get("/api/v1/audit/?chain=31").status_code == 422


def test_views_of_the_history_are_kept_changed_and_deleted(api: APIClient) -> None:
    given = {"name": "Sign-ins", "query": "event=SIGNED_IN&page=3", "is_shared": False}
    made = api.post("/api/v1/audit/views/", given, format="json").json()
    assert (made["name"], made["query"]) == ("Sign-ins", "event=SIGNED_IN")
    address = f"/api/v1/audit/views/{made['id']}/"
    assert api.patch(address, {"name": "Who came in"}, format="json").json()["name"] == "Who came in"
    assert [view["name"] for view in api.get("/api/v1/audit/views/").json()["results"]] == ["Who came in"]
    assert api.patch(address, {"is_shared": True}, format="json").status_code == 403
    assert client_of(people.risk()).get(address).status_code == 404
    assert api.delete(address).status_code == 200
    assert api.get(address).status_code == 404


def test_until_when_an_account_is_open_is_said_by_administrators(api: APIClient) -> None:
    visitor, until = people.auditor("Vera Visitor"), timezone.now() + timedelta(days=3)
    address = f"/api/v1/people/{visitor.pk}/access/"
    body = {"until": until.isoformat(), "reason": "Audit of November"}
    assert api.post(address, body, format="json").status_code == 403
    answer = client_of(people.administrator()).post(address, body, format="json")
    assert answer.status_code == 200
    visitor.refresh_from_db()
    assert visitor.access_until == until
    assert client_of(people.administrator()).post(address, {"reason": "x"}, format="json").status_code == 422
    nothing: dict[str, str | None] = {"until": None, "reason": "Stays"}
    assert client_of(people.administrator()).post(address, nothing, format="json").json()["access_until"] is None
