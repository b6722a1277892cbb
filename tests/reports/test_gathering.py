"""Inventories and audit packs between being asked for and being gathered: what is told, and what may change."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from registry.filters.addresses import Address
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Document, User
from registry.services import custom_fields, workflows
from reviews.filters import asked
from reviews.reports import audit_pack, sampling, verification
from reviews.reports.sampling import Method, Sampling, draw, population, size_of
from reviews.services import report_kinds
from tests import people as cast
from tests.api import world as worlds
from tests.reports.making import gathered, pack_asked, packed, record_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    worlds.build()
    sequencing.advance()


def inventory_asked(by: User, query: str = "") -> Document:
    return report_kinds.request_inventory(query, [], by=by, at=timezone.now())


def failed(document: Document) -> str:
    render_waiting(at=timezone.now)
    document = Document.objects.select_related("job").get(pk=document.pk)
    assert (document.status, document.record) == ("FAILED", None)
    return document.job.failure


def test_asking_for_a_pack_reads_none_of_its_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_pack, "lines", None)
    document = pack_asked(Sampling(Method.DRAWN, 5, "lot"))
    assert document.title == "Audit pack of 5 entries"
    assert document.record is None


@pytest.mark.parametrize("method", Method.values)
@pytest.mark.parametrize("number", [1, 2, 7, 1000])
def test_a_sample_is_counted_as_it_is_drawn(method: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Sampling(Method(method), number, "lot")
    for size in (0, 1, number - 1, number, number + 1, AuditEntry.objects.count()):
        sealed = population(AuditEntry.objects.all(), size)
        assert size_of(sealed, chosen) == len(draw(sealed, chosen)), size
    monkeypatch.setattr(sampling, "MOST", 3)
    assert size_of(population(AuditEntry.objects.all(), 1000), chosen) <= 4


def test_what_is_sealed_after_the_asking_is_not_drawn() -> None:
    document = pack_asked(Sampling(Method.ALL))
    about = {"size": AuditEntry.objects.filter(leaf__isnull=False).count()}
    worlds.workflow_of(cast.owner(), "Registered meanwhile")
    sequencing.advance()
    record = record_of(document)
    assert (record["about"]["sample"], record["about"]["ledger"]["size"]) == (about["size"], about["size"])
    assert document.title == f"Audit pack of {about['size']} entries"


def test_an_inventory_shows_what_is_so_when_it_is_gathered() -> None:
    document = inventory_asked(cast.risk())
    worlds.workflow_of(cast.owner(), "Registered meanwhile")
    assert "Registered meanwhile" in str(record_of(document)["tiers"])


def test_the_account_of_who_asked_must_be_open_and_may_still_have_it() -> None:
    person = cast.executive()
    document = inventory_asked(person)
    person.roles = []
    person.save()
    assert failed(document) == (
        "Eve Executive asked for it and may not have it any more: Only risk staff, executives and auditors make an "
        "inventory of the register."
    )
    other, person = pack_asked(Sampling(Method.ALL)), cast.auditor()
    person.access_until = timezone.now()
    person.save()
    assert failed(other) == "Axel Auditor asked for it, and their account is not open any more."


def test_fields_of_the_organisation_count_like_every_other_filter() -> None:
    at, by, row = timezone.now(), cast.risk(), worlds.workflow_of(cast.risk(), "In the north")
    custom_fields.define(by=by, at=at, reason="Asked", name="Region", kind="CHOICE", choices=["North", "South"])
    workflows.edit(row, by=by, at=at, reason="Known", opened_version=None, custom={"region": "North"})
    record = record_of(inventory_asked(by, "field.region=North"))
    assert record["totals"]["workflows"] == 1
    assert "In the north" in str(record["tiers"])


def test_me_is_who_asked_for_it() -> None:
    worlds.workflow_of(cast.risk(), "Run by risk themselves")
    record = record_of(inventory_asked(cast.risk(), "owner=me"))
    assert record["totals"]["workflows"] == 1


def test_a_filter_that_is_not_understood_any_more_stops_it() -> None:
    document = pack_asked(Sampling(Method.ALL), f"person={cast.risk().pk}&kind=%2B")
    document.selection["query"] = "person=999999&kind=%2B"
    document.save()
    assert failed(document) == "A filter it was asked for by is not understood any more: person."
    assert failed(inventory_asked(cast.risk(), "own_2=red")) == (
        "A filter it was asked for by is not understood any more: own_2."
    )


QUERIES = (
    "q=tier:1 triage", "q=x&q=triage", "stage=PILOT&stage=PRODUCTION", "created=9999d&owner=none&sort=name", "stage=NO",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_address_finds_what_the_page_showed(query: str) -> None:
    request: Any = RequestFactory().get("/")
    request.user = cast.risk()
    address = Address(QueryDict(query), request)
    found = asked.register_rows(asked.register_query(address), cast.risk())
    assert set(found) == set(address.rows)


def shown(client: Client, document: Document) -> list[str]:
    report = reverse("report", args=[document.pk])
    return [client.get(url).content.decode() for url in (reverse("reports"), report, f"{report}?part=progress")]


def test_pages_say_that_it_is_being_gathered() -> None:
    document, client = pack_asked(Sampling(Method.ALL)), Client()
    client.force_login(cast.auditor())
    listed, page, part = shown(client, document)
    assert "being gathered" in listed
    assert "Gathering what goes into it" in part
    for sentence in ("Gathering what goes into it", "Being gathered", "Until then the report says nothing"):
        assert sentence in page
    assert client.get(reverse("report-download", args=[document.pk])).status_code == 409
    gathered(document)
    answer = client.get(reverse("report", args=[document.pk]), {"part": "progress", "gathering": "yes"})
    assert answer.headers["HX-Refresh"] == "true"
    assert all("gathering what" not in text.lower() for text in shown(client, document))


def test_the_api_says_that_it_is_being_gathered() -> None:
    client = Client()
    client.force_login(cast.auditor())
    given = {"method": "ALL", "filters": {"type": ["registry.workflow"]}}
    made = client.post("/api/v1/documents/audit-packs/", given, content_type="application/json").json()
    assert (made["record_sha256"], made["frozen_at"], made["code"]) == ("", None, "")
    document = gathered(Document.objects.get(pk=made["id"]))
    told = client.get(f"/api/v1/documents/{document.pk}/").json()
    assert told["record_sha256"] == document.record_sha256
    assert told["frozen_at"] is not None


def test_two_versions_are_compared_once_both_are_gathered() -> None:
    first, client = gathered(inventory_asked(cast.risk())), Client()
    client.force_login(cast.risk())
    later = report_kinds.request_inventory("", [], by=cast.executive(), at=timezone.now())
    assert later.supersedes == first
    url = reverse("report-difference", args=[later.pk])
    answer = client.get(url, follow=True)
    assert answer.redirect_chain == [(reverse("report", args=[later.pk]), 302)]
    assert f"The record of {later.number} is still being gathered." in answer.content.decode()
    assert reverse("report-difference", args=[later.pk]) not in answer.content.decode()
    gathered(later)
    assert client.get(url).status_code == 200


def test_strangers_find_nothing_of_what_is_not_gathered() -> None:
    document = pack_asked(Sampling(Method.ALL))
    assert verification.verify(sha256="0" * 64).document is None
    code = gathered(document).code
    found = verification.verify(code=code)
    assert (found.document, found.result) == (document, verification.Result.NOT_ISSUED)


def test_nothing_to_take_is_said_before_a_number_is_taken() -> None:
    with pytest.raises(ValidationError, match="No sealed entry matches"):
        packed(Sampling(Method.ALL), "words=nobodysaidthis")
    assert not Document.objects.filter(kind="AUDIT_PACK").exists()
