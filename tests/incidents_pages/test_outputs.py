"""Pages of affected outputs and of the backlog."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import AffectedOutput, Incident, OutputSample
from incidents.services import backlog, restricting
from incidents.services.outputs import bringing
from registry.models import AuditEntry
from tests import people
from tests.incidents_pages.conftest import SignIn
from tests.incidents_pages.test_room import BOOKKEEPING

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(incident: Incident, now: datetime) -> Incident:
    text = "id,segment,text\n" + "".join(f"CL-{n},{'North' if n % 2 else 'South'},Declined\n" for n in range(8))
    bringing.bring_text(incident, by=people.responder(), at=now - timedelta(minutes=30), text=text)
    return incident


def first(incident: Incident) -> AffectedOutput:
    return AffectedOutput.objects.filter(incident=incident).earliest("pk")


def test_a_file_is_taken_and_a_wrong_one_keeps_what_was_typed(as_user: SignIn, incident: Incident) -> None:
    client, url = as_user(people.responder()), f"/incidents/{incident.pk}/outputs/bring/"
    wrong = client.post(url, {"text": "id,link\nCL-1,nowhere\n"})
    assert wrong.status_code == 422
    assert "Line 2: The link is no address" in wrong.content.decode()
    assert "CL-1,nowhere" in wrong.content.decode()
    right = client.post(url, {"file": SimpleUploadedFile("ids.csv", b"id\nCL-1\nCL-2\n", "text/csv")})
    assert right.status_code == 302
    page = client.get(f"/incidents/{incident.pk}/outputs/").content.decode()
    assert "2 added, 0 known before" in page
    assert "0 of 2 affected" in client.get(f"/incidents/{incident.pk}/").content.decode()


def test_the_desk_leads_from_one_to_the_next_and_back(as_user: SignIn, listed: Incident) -> None:
    client = as_user(people.responder())
    start = client.get(f"/incidents/{listed.pk}/outputs/begin/?of=nobody")
    row = first(listed)
    assert start["Location"] == f"/outputs/{row.pk}/?of=nobody"
    given = {"decision": "AFFECTED", "moved": "YES", "remedy": "CORRECTION", "reason": "", "seen": "UNDECIDED"}
    onward = client.post(f"/outputs/{row.pk}/?of=nobody", given)
    assert onward["Location"].endswith(f"?of=nobody&last={row.pk}")
    assert "Undo the last" in client.get(onward["Location"]).content.decode()
    overtaken = client.post(f"/outputs/{row.pk}/?of=nobody", given | {"decision": "UNAFFECTED"})
    assert "decided meanwhile by Rae Responder" in overtaken.content.decode()
    back = client.post(f"/outputs/{row.pk}/undo/?of=nobody")
    assert back["Location"] == f"/outputs/{row.pk}/?of=nobody"
    assert first(listed).decision == "UNDECIDED"


def test_many_are_shown_by_number_before_they_are_decided(as_user: SignIn, listed: Incident) -> None:
    client, url = as_user(people.responder()), f"/incidents/{listed.pk}/outputs/decide/?segment=North"
    asked = {"decision": "AFFECTED", "moved": "", "remedy": "CORRECTION", "reason": "All scored low."}
    shown = client.post(url, asked)
    assert "4 outputs will be decided" in shown.content.decode()
    assert not AffectedOutput.objects.filter(decision="AFFECTED").exists()
    assert client.post(url, asked | {"expected": "4"}).status_code == 302
    righted = client.post(f"/incidents/{listed.pk}/outputs/put-right/?owed=yes", {"note": "Sent.", "expected": "4"})
    assert righted.status_code == 302
    assert AffectedOutput.objects.filter(remedied_at__isnull=False).count() == 4
    table = b"".join(client.get(f"/incidents/{listed.pk}/outputs/export/?decision=AFFECTED").streaming_content)  # type: ignore[attr-defined]
    assert table.count(b"\r\n") == 5
    assert AuditEntry.objects.filter(event="EXPORTED", object_id=str(listed.pk)).get().detail["rows"] == 4


def test_shares_are_given_taken_over_and_a_sample_is_drawn(as_user: SignIn, listed: Incident) -> None:
    lead, risk = people.responder(), people.risk()
    url = f"/incidents/{listed.pk}/outputs/"
    done = as_user(lead).post(url + "divide/", {"scope": "segment:North", "people": [lead.pk, risk.pk]})
    assert done.status_code == 302
    assert "Take over" in as_user(risk).get(url).content.decode()
    assert as_user(risk).post(url + "take-over/", {"person": lead.pk}).status_code == 302
    assert AffectedOutput.objects.filter(share__person=risk).count() == 4
    assert as_user(lead).post(url + "sample/", {"size": "3", "seed": "7"}).status_code == 302
    assert OutputSample.objects.get().seed == "7"
    assert "0 of 3 in the sample are settled" in as_user(lead).get(url).content.decode()


def test_the_list_asks_as_much_of_the_database_however_long_it_is(as_user: SignIn, listed: Incident) -> None:
    client, counts = as_user(people.responder()), []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/incidents/{listed.pk}/outputs/")
        counts.append(sum(1 for each in asked if not any(word in each["sql"] for word in BOOKKEEPING)))
        more = "\n".join(f"X-{n}" for n in range(60))
        bringing.bring_text(listed, by=people.responder(), at=listed.declared_at, text=f"id\n{more}\n")
    assert counts[0] == counts[1] <= 22


def test_the_room_asks_no_more_for_outputs_and_a_backlog(as_user: SignIn, listed: Incident, now: datetime) -> None:
    backlog.record(listed, by=people.responder(), at=now - timedelta(minutes=40), queue="By hand", length=40)
    client = as_user(people.responder())
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/incidents/{listed.pk}/")
    assert sum(1 for each in asked if not any(word in each["sql"] for word in BOOKKEEPING)) <= 15


def test_a_reading_takes_two_fields_and_a_growing_queue_is_told(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    backlog.record(incident, by=people.responder(), at=now - timedelta(minutes=40), queue="By hand", length=40)
    client, url = as_user(people.responder()), f"/incidents/{incident.pk}/backlog/"
    assert 'value="By hand"' in client.get(url).content.decode()
    assert client.post(url, {"queue": "by hand", "length": "90"}).status_code == 302
    page = client.get(url).content.decode()
    assert "Does not clear at this rate" in page
    assert "90 waiting, growing" in client.get(f"/incidents/{incident.pk}/").content.decode()
    wrong = client.post(url, {"queue": "By hand", "length": "-1"})
    assert wrong.status_code == 422


def test_outputs_of_a_restricted_incident_do_not_exist_for_others(
    as_user: SignIn, listed: Incident, now: datetime
) -> None:
    restricting.restrict(listed, by=people.risk(), at=now, reason="Personal data")
    client, row = as_user(people.member()), first(listed)
    assert client.get(f"/outputs/{row.pk}/").status_code == 404
    assert client.post(f"/outputs/{row.pk}/undo/").status_code == 404
