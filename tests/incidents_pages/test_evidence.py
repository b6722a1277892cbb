"""Evidence by page: taking it in, refusing what cannot be kept, reading it only as an attachment, holding it."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import CustodyEvent, Evidence, Incident
from tests import people
from tests.incidents_pages.conftest import SignIn

pytestmark = pytest.mark.django_db


def upload(client: Client, incident: Incident, now: datetime, **changes: Any) -> Any:
    content = io.BytesIO(b"time,claim,decision\n18:40,1,declined\n")
    content.name = "decisions.csv"
    fields = {
        "file": content,
        "title": "Decision log",
        "kind": "INTERACTION_LOG",
        "source": "Warehouse",
        "method": "Exported",
        "collected_at": (now - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M"),
        "retention": "STANDARD",
        **changes,
    }
    return client.post(f"/incidents/{incident.pk}/evidence/", {k: v for k, v in fields.items() if v is not None})


def test_a_file_is_kept_with_its_hash_and_a_link_of_custody(as_user: SignIn, incident: Incident, now: datetime) -> None:
    answer = upload(as_user(people.responder()), incident, now)
    piece = Evidence.objects.get()
    assert answer.status_code == 302
    assert piece.file is not None
    assert len(piece.file.sha256) == 64
    assert [event.kind for event in piece.custody_events.all()] == ["RECEIVED"]


def test_it_leaves_only_as_an_attachment_and_the_reading_is_recorded(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    upload(as_user(people.responder()), incident, now)
    piece = Evidence.objects.get()
    answer = as_user(people.auditor()).post(f"/evidence/{piece.pk}/download/")
    assert b"".join(answer.streaming_content).startswith(b"time,claim")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert CustodyEvent.objects.filter(evidence=piece, kind="READ", by=people.auditor()).exists()


def test_reading_needs_a_post_so_that_no_link_reads_by_itself(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    upload(as_user(people.responder()), incident, now)
    assert as_user(people.responder()).get(f"/evidence/{Evidence.objects.get().pk}/download/").status_code == 405


def test_nothing_added_is_refused_with_what_was_typed(as_user: SignIn, incident: Incident, now: datetime) -> None:
    answer = upload(as_user(people.responder()), incident, now, file=None, source="The old log")
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"file"}
    assert "The old log" in answer.content.decode()


def test_more_than_the_limit_is_refused_and_not_kept(
    as_user: SignIn, incident: Incident, now: datetime, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    answer = upload(as_user(people.responder()), incident, now)
    assert answer.status_code == 422
    assert "larger than the limit" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_a_program_named_as_a_text_is_refused_at_the_file(as_user: SignIn, incident: Incident, now: datetime) -> None:
    program = io.BytesIO(b"\x7fELF\x02\x01\x01" + b"\x00" * 200)
    program.name = "notes.txt"
    answer = upload(as_user(people.responder()), incident, now, file=program)
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_collecting_in_the_future_is_refused(as_user: SignIn, incident: Incident, now: datetime) -> None:
    answer = upload(as_user(people.responder()), incident, now, collected_at="2999-01-01T00:00")
    assert "collected_at" in answer.context["form"].errors


def test_checking_again_is_on_the_chain(as_user: SignIn, incident: Incident, now: datetime) -> None:
    client = as_user(people.responder())
    upload(client, incident, now)
    piece = Evidence.objects.get()
    client.post(f"/evidence/{piece.pk}/verify/")
    assert Evidence.objects.get().custody == "VERIFIED"
    assert "Verified" in client.get(f"/evidence/{piece.pk}/").content.decode()


def test_only_risk_or_legal_lifts_a_hold(as_user: SignIn, incident: Incident, now: datetime) -> None:
    upload(as_user(people.responder()), incident, now)
    address = f"/evidence/{Evidence.objects.get().pk}/hold/"
    assert as_user(people.responder()).post(address, {"reason": "Enough"}).status_code == 403
    assert as_user(people.risk()).post(address, {"reason": "Court case ended"}).status_code == 302
    assert not Evidence.objects.get().is_on_hold


def test_auditors_add_nothing(as_user: SignIn, incident: Incident, now: datetime) -> None:
    assert upload(as_user(people.auditor()), incident, now).status_code == 403
