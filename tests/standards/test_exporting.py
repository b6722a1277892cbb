"""Exports of an incident by page and API: who may, what is on record, what is left out."""

from typing import Any

import pytest
from django.utils import timezone

from incidents.services import evidence, exporting, restricting
from registry.kernel.access.verdict import Refused
from registry.models import AuditEntry
from tests import people
from tests.api.clients import client_of as api_of
from tests.incidents import making
from tests.webhooks.test_pages import client_of

pytestmark = pytest.mark.django_db


def test_the_page_says_of_every_field_what_it_is_filled_from_and_where_to_fill_it() -> None:
    incident = making.contained()
    page = client_of(people.member()).get(f"/incidents/{incident.pk}/export/").content.decode()
    assert "Critical functions/infrastructure" in page
    assert f'href="/incidents/{incident.pk}/facts/"' in page
    assert "Only risk staff, auditors" in page
    page = client_of(people.risk()).get(f"/incidents/{incident.pk}/export/?as=avid").content.decode()
    assert "P0204" in page or "SEP view" in page
    assert "Download JSON" in page


def test_taking_it_is_on_record_with_its_hash() -> None:
    incident = making.contained()
    answer: Any = client_of(people.risk()).get(f"/incidents/{incident.pk}/export/avid/")
    body = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{incident.reference}-avid-')
    entry = AuditEntry.objects.get(event="EXPORTED")
    assert (entry.object_id, entry.detail["format"]) == (str(incident.pk), "AVID report")
    assert b'"data_type": "AVID"' in body
    assert client_of(people.member()).get(f"/incidents/{incident.pk}/export/avid/").status_code == 403
    lead = client_of(incident.declared_by)
    assert lead.get(f"/incidents/{incident.pk}/export/oecd/").status_code == 200


def test_the_public_form_is_reached_only_through_a_form_of_this_site() -> None:
    """A link from elsewhere must not make somebody's browser send the incident there."""
    incident, client = making.contained(), client_of(people.risk())
    answer = client.get(f"/incidents/{incident.pk}/export/aiid/")
    assert answer["Location"] == f"/incidents/{incident.pk}/export/?as=aiid"
    assert not AuditEntry.objects.filter(event="EXPORTED").exists()
    page = client.post(f"/incidents/{incident.pk}/export/aiid/").content.decode()
    assert "https://incidentdatabase.ai/apps/submit/?" in page
    assert AuditEntry.objects.filter(event="EXPORTED").count() == 1


def test_what_is_restricted_stays_inside() -> None:
    incident = making.contained()
    given = making.about(title="Names of customers", note="Ask legal.", is_restricted=True)
    evidence.add_note(incident, by=incident.declared_by, **given)
    found = exporting.take(incident, "oecd", by=people.risk(), at=timezone.now())
    assert found["criteria"][6]["value"] in (None, [])
    restricting.restrict(incident, by=people.risk(), at=timezone.now(), reason="Names.")
    with pytest.raises(Refused, match="restricted"):
        exporting.take(making.again(incident), "aiid", by=people.risk(), at=timezone.now())
    assert client_of(people.administrator()).get(f"/incidents/{incident.pk}/export/").status_code == 404


def test_an_exercise_is_not_exported() -> None:
    incident = making.declared(is_exercise=True)
    with pytest.raises(Refused, match="exercise"):
        exporting.take(incident, "oecd", by=people.risk(), at=timezone.now())


def test_programs_take_the_same_documents() -> None:
    incident, api = making.contained(), api_of(people.auditor())
    listed = api.get(f"/api/v1/incidents/{incident.pk}/frameworks/").json()
    assert [each["standard"] for each in listed] == ["oecd", "avid", "aiid"]
    assert listed[0]["filled_directly"] + listed[0]["filled_partly"] + listed[0]["missing"] == 29
    assert api.get(f"/api/v1/incidents/{incident.pk}/frameworks/avid/").json()["data_type"] == "AVID"
    assert api.get(f"/api/v1/incidents/{incident.pk}/frameworks/other/").status_code == 404
    refused = api_of(people.member()).get(f"/api/v1/incidents/{incident.pk}/frameworks/oecd/")
    assert refused.status_code == 403
