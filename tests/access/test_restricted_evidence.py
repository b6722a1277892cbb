"""Of restricted evidence others see only that it is there: in lists, the timeline, the API and reports alike."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.demo.material import upload
from incidents.models import Evidence
from incidents.services import evidence
from registry.kernel.http.moments import written
from reviews.services.reporting import request_incident_report
from tests.access.dataset import Site, build
from tests.api.clients import client_of as api_of

pytestmark = pytest.mark.django_db
CONTENT = "name\n" + "Ada Lovelace of Marylebone\n" * 50
SIZE = "1.3"
"""Kilobytes, as pages write them."""


@pytest.fixture
def site() -> Site:
    return build()


@pytest.fixture
def piece(site: Site) -> Evidence:
    at = timezone.now()
    return evidence.add_file(
        site.objects["incidents"], by=site.people["responder"], at=at, upload=upload("names.csv", CONTENT),
        kind="TRACE", title="Names of customers", method="Memory stick", source="The vault", collected_at=at,
        note="Ask legal first.", is_restricted=True,
    )  # fmt: skip


def told(piece: Evidence) -> list[str]:
    """What only those who may read it are told."""
    assert piece.file is not None
    said = ["names.csv", "Names of customers", "Memory stick", "The vault", "Ask legal first."]
    return [piece.file.sha256[:8], *said, SIZE]


def seen(site: Site, role: str, url: str) -> str:
    client = Client()
    client.force_login(site.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    answer: Any = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def test_pages_and_api_hide_the_same_of_it(site: Site, piece: Evidence) -> None:
    incident = piece.incident_id
    for url in (
        "/evidence/", f"/incidents/{incident}/evidence/", f"/incidents/{incident}/",
        f"/incidents/{incident}/?at={written(timezone.now())}", f"/incidents/{incident}/history/",
        f"/incidents/{incident}/difference/?from=2020-01-01T00:00Z",
    ):  # fmt: skip
        text = seen(site, "member", url)
        assert [word for word in told(piece) if word in text] == [], url
    api = api_of(site.people["member"])
    for url in (
        "evidence/", f"evidence/{piece.pk}/", f"incidents/{incident}/evidence/", f"incidents/{incident}/timeline/",
        f"incidents/{incident}/history/",
    ):  # fmt: skip
        text = api.get(f"/api/v1/{url}").content.decode()
        assert [word for word in told(piece)[:-1] if word in text] == [], url
    entry = api.get(f"/api/v1/incidents/{incident}/timeline/?kind=EVIDENCE").json()["results"][0]
    assert entry["data"] == {"evidence": piece.pk, "filename": "", "size": None, "sha256": ""}


def test_who_may_read_it_is_shown_size_and_hash(site: Site, piece: Evidence) -> None:
    assert piece.file is not None
    for url in ("/evidence/", f"/incidents/{piece.incident_id}/"):
        text = seen(site, "auditor", url)
        assert piece.file.sha256[:8] in text
        assert SIZE in text
    entry = api_of(site.people["auditor"]).get(f"/api/v1/incidents/{piece.incident_id}/timeline/").json()["results"][0]
    assert entry["data"]["sha256"] == piece.file.sha256


def test_a_list_leaves_out_note_and_link(site: Site, piece: Evidence) -> None:
    api = api_of(site.people["auditor"])
    for url in ("/api/v1/evidence/", f"/api/v1/incidents/{piece.incident_id}/evidence/"):
        assert {"note", "link"} & set(api.get(url).json()["results"][0]) == set()
    assert api.get(f"/api/v1/evidence/{piece.pk}/").json()["note"] == "Ask legal first."


def test_a_report_says_of_it_that_it_is_there_and_who_had_it(site: Site, piece: Evidence) -> None:
    document = request_incident_report(site.objects["incidents"], by=site.people["risk"], at=timezone.now())
    text = document.read_record().decode()
    assert [word for word in told(piece)[:-1] if word in text] == []
    kept = next(row for row in json.loads(text)["evidence"] if row["reference"] == piece.reference)
    assert (kept["is_withheld"], [link["action"] for link in kept["custody"]]) == (True, ["Received"])
