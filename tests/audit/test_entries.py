"""One entry whole: the exact bytes, the proof that they stand in the ledger, and what is left after an erasure."""

import json
from base64 import b64decode
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.ledger import merkle, proving, sequencing
from registry.kernel.ledger.erasure import Erasure
from registry.models import AuditEntry, Vendor
from tests import people

pytestmark = pytest.mark.django_db


def entry_of(vendor: Vendor) -> AuditEntry:
    return AuditEntry.objects.get(object_type="registry.vendor", object_id=str(vendor.pk), kind="+")


def erased(vendor: Vendor) -> None:
    """Its website goes, by a decision of two people."""
    now = timezone.now()
    vendor.website = ""
    vendor.save()
    decided = Erasure.objects.create(
        object_type="registry.vendor", object_id=str(vendor.pk), fields=["website"], basis="UNLAWFUL", reason="Wrong",
        asked_by=people.risk(), asked_at=now,
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        decided.state, decided.decided_at, decided.decided_by = "DONE", now, people.risk("Second")
        decided.save()
        cursor.execute("SELECT holdfast_erase(%s)", [decided.pk])


def test_the_page_shows_the_bytes_and_that_they_are_proved(auditor: Client) -> None:
    vendor = Vendor.objects.create(name="Acme <b>")
    sequencing.advance()
    page = auditor.get(f"/audit/entries/{entry_of(vendor).pk}/").content.decode()
    assert "Proved to stand in the ledger" in page
    assert "Acme \\u003cb\\u003e" not in page
    assert "&quot;name&quot;: &quot;Acme &lt;b&gt;&quot;" in page
    assert bytes(entry_of(vendor).leaf_hash).hex() in page


def test_the_download_is_byte_for_byte_what_was_hashed_and_is_recorded(auditor: Client) -> None:
    entry = entry_of(Vendor.objects.create(name="Acme"))
    answer = auditor.get(f"/audit/entries/{entry.pk}/payload/")
    assert merkle.leaf(answer.content) == bytes(entry.leaf_hash)
    assert "attachment" in answer["Content-Disposition"]
    noted = AuditEntry.objects.get(event="DOWNLOADED")
    assert (noted.object_type, noted.object_id) == ("registry.auditentry", str(entry.pk))
    assert noted.detail["sha256"] == sha256(answer.content).hexdigest()


def test_the_proof_leads_from_the_entry_to_the_signed_root(auditor: Client) -> None:
    for n in range(5):
        Vendor.objects.create(name=f"Vendor {n}")
    entry = AuditEntry.objects.filter(object_type="registry.vendor").order_by("id")[2]
    sequencing.advance()
    lines = auditor.get(f"/audit/entries/{entry.pk}/proof/").content.decode().split("\n")
    gap = lines.index("")
    path = [b64decode(line) for line in lines[2:gap]]
    size, root = int(lines[gap + 2]), b64decode(lines[gap + 3])
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert merkle.verify_inclusion(int(lines[1].split()[1]), size, bytes(entry.leaf_hash), path) == root


def test_what_waits_for_its_place_has_no_proof_yet(auditor: Client) -> None:
    entry = entry_of(Vendor.objects.create(name="Acme"))
    assert "Waiting for its place" in auditor.get(f"/audit/entries/{entry.pk}/").content.decode()
    answer = auditor.get(f"/audit/entries/{entry.pk}/proof/")
    assert answer.status_code == 409
    assert b"waits for its place" in answer.content


@pytest.mark.django_db(transaction=True)
def test_an_erased_entry_names_the_entry_of_its_erasure(auditor: Client) -> None:
    vendor = Vendor.objects.create(name="Acme", website="https://wrong.example")
    entry = entry_of(vendor)
    erased(vendor)
    sequencing.advance()
    page = auditor.get(f"/audit/entries/{entry.pk}/").content.decode()
    tombstone = AuditEntry.objects.get(event="ERASED")
    assert "lawfully erased" in page
    assert f'href="/audit/entries/{tombstone.pk}/"' in page
    assert "https://wrong.example" not in page
    assert auditor.get(f"/audit/entries/{entry.pk}/payload/").status_code == 409
    assert auditor.get(f"/audit/entries/{entry.pk}/proof/").status_code == 200


def test_personal_values_are_named_and_not_told(auditor: Client) -> None:
    entry = note("SIGNED_IN", at=timezone.now(), detail={"ip": "203.0.113.9", "by": "password"})
    page = auditor.get(f"/audit/entries/{entry.pk}/").content.decode()
    sealed = json.loads(bytes(AuditEntry.objects.get(pk=entry.pk).payload or b""))
    assert "203.0.113.9" not in json.dumps(sealed)
    assert "detail.ip" in page
    assert sealed["pii"]["detail.ip"][:8] in page


def test_everything_of_one_request_is_one_step_away(auditor: Client) -> None:
    with acting(unit_id="req-77"):
        first, _second = Vendor.objects.create(name="Acme"), Vendor.objects.create(name="Borealis")
    page = auditor.get(f"/audit/entries/{entry_of(first).pk}/").content.decode()
    assert 'href="/audit/?unit=req-77"' in page
    assert "2 entries of it" in page


def test_a_page_of_one_entry_costs_few_queries(auditor: Client) -> None:
    vendor = Vendor.objects.create(name="Acme")
    for n in range(20):
        note("READ", at=timezone.now(), object_id=n)
    sequencing.advance()
    entry = entry_of(vendor)
    with CaptureQueriesContext(connection) as captured:
        auditor.get(f"/audit/entries/{entry.pk}/")
    assert len(captured) <= 16, "\n".join(query["sql"][:150] for query in captured)


def test_a_number_that_is_no_entry_is_not_found(auditor: Client) -> None:
    assert auditor.get("/audit/entries/999999999/").status_code == 404


def test_the_newest_checkpoint_covers_what_is_shown(auditor: Client) -> None:
    vendor = Vendor.objects.create(name="Acme")
    sequencing.advance()
    last = proving.latest()
    assert last is not None
    assert f"?size={last.size}" in auditor.get(f"/audit/entries/{entry_of(vendor).pk}/").content.decode()
