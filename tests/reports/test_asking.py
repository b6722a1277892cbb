"""Asking for reports on pages and through the API, and finding them again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.kernel.files import keep_bytes
from registry.kernel.ledger import sequencing
from registry.models import Document, User
from reviews.reports import verification
from tests import people as cast
from tests.api import world as worlds
from tests.reports.making import record_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def newest() -> Document:
    return Document.objects.order_by("-id")[0]


def test_the_incident_page_asks_for_its_summary(world: worlds.World) -> None:
    answer = client_of(world.risk).post(reverse("incident-summary", args=[world.incident.pk]))
    assert answer.headers["Location"] == reverse("report", args=[newest().pk])
    assert newest().kind == "INCIDENT_SUMMARY"


def test_the_workflow_page_asks_for_its_dossier(world: worlds.World) -> None:
    client_of(cast.member()).post(reverse("workflow-dossier", args=[world.workflow.pk]))
    assert (newest().kind, newest().object_id) == ("WORKFLOW_DOSSIER", str(world.workflow.pk))


def test_a_number_as_people_write_it_names_the_record(world: worlds.World) -> None:
    client = client_of(world.risk)
    url = reverse("report-new-incident")
    assert client.post(url, {"kind": "INCIDENT_SUMMARY", "incident": "INC-9999"}).status_code == 422
    client.post(url, {"kind": "INCIDENT_SUMMARY", "incident": world.incident.reference.lower()})
    assert newest().kind == "INCIDENT_SUMMARY"


def test_the_inventory_takes_the_filters_of_the_register_from_the_address(world: worlds.World) -> None:
    worlds.workflow_of(world.owner, "A pilot of another unit")
    client = client_of(cast.executive())
    url = f"{reverse('report-new-inventory')}?unit={world.workflow.business_unit_id}"
    assert "1 workflow matches" in client.get(url).content.decode()
    client.post(url)
    record = record_of(newest())
    assert record["totals"]["workflows"] == 1
    assert {"label": "Business unit", "value": "Claims"} in record["filters"]


def test_an_audit_pack_is_asked_for_with_filters_and_sample(world: worlds.World) -> None:
    sequencing.advance()
    given = {"type": "registry.workflow", "method": "DRAWN", "number": 1, "seed": "lot", "kind": ["+"]}
    client_of(cast.auditor()).post(reverse("report-new-audit-pack"), given)
    about = record_of(newest())["about"]
    assert (about["sample"], about["seed"]) == (1, "lot")
    assert {"label": "What happened", "value": "Created"} in about["filters"]


@pytest.mark.parametrize("name", ["report-new-incident", "report-new-dossier", "report-new-inventory"])
def test_a_form_sent_twice_gives_one_report_which_says_what_was_corrected(world: worlds.World, name: str) -> None:
    given = {"kind": "INCIDENT_REPORT", "incident": world.incident.pk, "workflow": world.workflow.pk}
    client, typed = client_of(world.risk), {**given, "once": "sent-once", "correction": "The owner was wrong."}
    client.post(reverse(name), given)
    before = Document.objects.count()
    answers = [client.post(reverse(name), typed).headers["Location"] for _press in range(2)]
    assert answers == [reverse("report", args=[newest().pk])] * 2
    assert Document.objects.count() == before + 1
    assert newest().correction == "The owner was wrong."


def test_a_pack_without_a_number_is_asked_again(world: worlds.World) -> None:
    sequencing.advance()
    answer = client_of(cast.auditor()).post(reverse("report-new-audit-pack"), {"method": "EVERY", "number": ""})
    assert answer.status_code == 422
    assert "Say how many" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "person"), [("report-new-inventory", "member"), ("report-new-audit-pack", "executive")]
)
def test_forms_are_closed_to_other_roles(world: worlds.World, name: str, person: str) -> None:
    client = client_of(getattr(cast, person)())
    assert client.get(reverse(name)).status_code == 403
    assert reverse(name) not in client.get(reverse("reports")).content.decode()


def test_the_list_is_filtered_by_kind_subject_person_and_state(world: worlds.World) -> None:
    client = client_of(world.risk)
    client.post(reverse("workflow-dossier", args=[world.workflow.pk]))
    dossier = newest()
    url = reverse("reports")

    def shown(query: str) -> bool:
        return dossier.number in client.get(f"{url}?{query}").content.decode()

    assert shown("kind=WORKFLOW_DOSSIER")
    assert not shown("kind=AUDIT_PACK")
    assert shown(f"about={world.workflow.reference}")
    assert not shown(f"about={world.incident.reference}")
    assert shown(f"person={world.risk.pk}")
    assert not shown(f"person={world.owner.pk}")
    assert not shown("state=SUPERSEDED")


def issue(document: Document) -> None:
    """As the worker leaves it, without the printing."""
    at = timezone.now()
    document.pdf = keep_bytes(document.number.encode(), media_type="application/pdf", at=at)
    document.status, document.ready_at = Document.Status.READY, at
    document.save()


def test_a_superseded_report_is_marked_and_leads_to_the_newer_one(world: worlds.World) -> None:
    client_of(world.risk).post(reverse("workflow-dossier", args=[world.workflow.pk]))
    first = newest()
    issue(first)
    client = client_of(world.second)
    client.post(reverse("workflow-dossier", args=[world.workflow.pk]))

    def shown() -> tuple[bool, bool]:
        page = client.get(reverse("report", args=[first.pk])).content.decode()
        listed = client.get(f"{reverse('reports')}?state=SUPERSEDED").content.decode()
        return "Superseded by" in page, first.number in listed

    for status in (Document.Status.QUEUED, Document.Status.FAILED):
        Document.objects.filter(pk=newest().pk).update(status=status)
        assert shown() == (False, False)
        assert verification.verify(code=first.code).result == "CURRENT"
    issue(newest())
    assert shown() == (True, True)
    assert verification.verify(code=first.code).result == "SUPERSEDED"
    page = client.get(reverse("report", args=[first.pk])).content.decode()
    assert reverse("report", args=[newest().pk]) in page


def test_the_api_makes_every_kind(world: worlds.World) -> None:
    sequencing.advance()
    client = client_of(world.risk)

    def asked(path: str, body: Any = None) -> tuple[int, str]:
        answer = client.post(f"/api/v1/{path}", body or {}, content_type="application/json")
        return answer.status_code, answer.json().get("kind", str(answer.json()))

    assert asked(f"incidents/{world.incident.pk}/summaries/") == (201, "INCIDENT_SUMMARY")
    assert asked(f"workflows/{world.workflow.pk}/dossiers/") == (201, "WORKFLOW_DOSSIER")
    assert asked("documents/inventories/", {"filters": {"stage": ["PRODUCTION"]}}) == (201, "INVENTORY")
    assert asked("documents/audit-packs/", {"method": "DRAWN", "number": 2}) == (201, "AUDIT_PACK")
    assert asked("documents/audit-packs/", {"method": "EVERY"})[0] == 422
    assert asked("documents/inventories/", {"filters": {"colour": ["red"]}})[0] == 422
    assert asked("documents/inventories/", {"filters": {"stage": ["NOWHERE"]}})[0] == 422
