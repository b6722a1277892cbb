"""The history and the ledger for programs: the same filters, a cursor in time, the exact bytes and their proof."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from registry.kernel.access.tokens import issue
from registry.kernel.audit.events import note
from registry.kernel.ledger import merkle, notes, sequencing
from registry.kernel.ledger.keys import known_vkeys
from registry.models import AuditEntry, User, Vendor
from tests import people

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
