"""Strangers look up reports: by code, by file, by hash; and learn nothing they may not know."""

import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from incidents.models import Incident
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.documents.making import freeze
from registry.kernel.files import keep_bytes
from registry.kernel.ledger import sequencing
from registry.models import Document
from reviews.views.verifying import verify
from tests import people
from tests.documents.issuing_world import bytes_of, frozen, issued
from tests.incidents import making

pytestmark = pytest.mark.django_db

CODE = "ABCDE-FGHIJ-KLMNO-PQRST"


def about(incident: Incident, *, earlier: Document | None = None) -> Document:
    """An issued report of an incident, without the printing."""
    now = timezone.now() + timedelta(minutes=Document.objects.count())
    document = freeze(
        kind="INCIDENT_REPORT", series="IR-2026", title=f"Incident report {incident.title}", template="x",
        subject=incident, build=lambda number, version: {"n": number}, by=people.risk(), at=now,
    )  # fmt: skip
    document.pdf = keep_bytes(document.number.encode(), media_type="application/pdf", at=now)
    document.ready_at, document.status = now, Document.Status.READY
    document.save()
    return document


def page(client: Client, **query: str) -> str:
    answer = client.get("/verify/", query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def sent(client: Client, content: bytes, **fields: str) -> str:
    answer = client.post("/verify/", {"file": SimpleUploadedFile("r.pdf", content), **fields}, follow=True)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_code_a_file_and_a_hash_all_find_the_issued_report(client: Client) -> None:
    document = issued()
    sequencing.advance()
    content = bytes_of(document)
    for found in (
        page(client, code=document.code),
        page(client, code=document.code.replace("-", " ").lower()),
        page(client, sha256=sha256(content).hexdigest().upper()),
        sent(client, content),
        sent(client, content, code=document.code),
    ):
        assert "genuine and current" in found.lower()
        assert document.number in found
        assert document.record_sha256 in found
        assert sha256(content).hexdigest() in found
        assert "record frozen as entry" in found
        assert "file issued as entry" in found
    assert "byte for byte, the one that was issued" in sent(client, content)
    assert re.search(r"data-focus>\s*Genuine and current", sent(client, content))
    assert "check the file too" in page(client, code=document.code)


def test_a_changed_copy_is_told_from_the_issued_file(client: Client) -> None:
    document = issued()
    altered = bytes_of(document) + b"\n"
    assert "This is not the file that was issued" in sent(client, altered, code=document.code)
    assert "Not known here" in sent(client, altered)
    assert "Not known here" in page(client, code=CODE)


def test_a_file_without_its_signature_and_the_record_alone_are_named_as_such(client: Client) -> None:
    document = issued()
    assert "without its signature" in page(client, sha256=document.unsigned_sha256)
    assert "the record this report was made from" in page(client, sha256=document.record_sha256)


def test_a_file_of_another_report_is_named(client: Client) -> None:
    one, two = about(making.declared()), about(making.declared(title="Another"))
    found = page(client, code=one.code, sha256=two.pdf.sha256)  # type: ignore[union-attr]
    assert "Both were issued here, but not together" in found
    assert two.number in found


def test_a_superseded_report_says_by_which_and_when(client: Client) -> None:
    incident = making.declared()
    first, second = about(incident), about(incident)
    found = page(client, code=first.code)
    assert "The code is genuine, but superseded" in found
    assert second.number in found
    assert "The code is genuine and current" in page(client, code=second.code)


def test_a_report_that_is_not_made_yet_supersedes_nothing(client: Client) -> None:
    incident = making.declared()
    first, second = about(incident), about(incident)
    second.status = Document.Status.QUEUED
    second.save()
    assert "The code is genuine and current" in page(client, code=first.code)
    assert "Genuine record, not issued yet" in page(client, code=second.code)


def test_titles_of_restricted_incidents_are_withheld(client: Client) -> None:
    incident = making.declared(title="Leak at the bank")
    document = about(incident)
    assert "Leak at the bank" in page(client, code=document.code)
    incident.visibility = Incident.Visibility.RESTRICTED
    incident.save()
    found = page(client, code=document.code)
    assert "Leak at the bank" not in found
    assert "Title withheld" in found
    assert "Leak" not in client.get("/api/v1/verify/", {"code": document.code}).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "nonsense"}, "This is no verification code"),
        ({"code": "\0"}, "Null characters"),
        ({"sha256": "abc"}, "64 hexadecimal digits"),
        ({"code": "x" * 500}, "at most 100"),
    ],
)
def test_bad_input_is_answered_in_words(client: Client, fields: dict[str, str], sentence: str) -> None:
    for answer in (client.get("/verify/", fields), client.post("/verify/", fields)):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_sending_nothing_is_answered_in_words(client: Client) -> None:
    answer = client.post("/verify/", {})
    assert answer.status_code == 422
    assert "Enter the code, choose the file" in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_and_nothing_is_kept(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(verify, "only_hashed", 1000)
    answer = client.post("/verify/", {"file": SimpleUploadedFile("big.pdf", b"x" * 200_000)})
    assert answer.status_code == 422
    assert "larger than 50 MB" in answer.content.decode()


def test_a_file_that_is_sent_is_written_nowhere(client: Client, settings: Any) -> None:
    assert "Not known here" in sent(client, b"%PDF-1.7 something" * 10_000)
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
    assert not Path(settings.MEDIA_ROOT).exists() or not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_a_file_and_the_hash_of_another_contradict_each_other(client: Client) -> None:
    answer = client.post("/verify/", {"file": SimpleUploadedFile("r.pdf", b"a"), "sha256": "0" * 64})
    assert answer.status_code == 422
    assert "not the SHA-256 of the file you chose" in answer.content.decode()


def test_no_cookie_no_search_engine_and_no_copy_in_between(client: Client) -> None:
    answer = client.get("/verify/")
    assert not answer.cookies
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"


def test_strangers_need_no_token_against_forgery() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/verify/", {"code": CODE}).status_code == 302


def test_who_asks_too_often_is_asked_to_wait(client: Client) -> None:
    answers = [client.get("/verify/") for _each in range(61)]
    assert [answer.status_code for answer in answers[:60]] == [200] * 60
    assert answers[60].status_code == 429
    assert 0 < int(answers[60].headers["Retry-After"]) <= 60
    assert "Try again in" in answers[60].content.decode()
    assert client.get("/verify/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_programs_get_the_same_answer(client: Client) -> None:
    incident = making.declared()
    first, second = about(incident), about(incident)
    sequencing.advance()
    answer = client.get("/api/v1/verify/", {"code": first.code}).json()
    assert (answer["result"], answer["number"], answer["superseded_by"]["number"]) == (
        "SUPERSEDED", first.number, second.number,
    )  # fmt: skip
    assert answer["record_sha256"] == first.record_sha256
    assert client.get("/api/v1/verify/", {"code": CODE}).headers["X-Robots-Tag"] == "noindex"
    assert answer["checkpoint"]["size"] > answer["frozen_leaf"]
    unknown = client.get("/api/v1/verify/", {"sha256": "0" * 64}).json()
    assert (unknown["result"], unknown["number"], unknown["title"]) == ("UNKNOWN", None, None)


def test_programs_are_told_what_is_wrong(client: Client) -> None:
    answer = client.get("/api/v1/verify/", {"code": "nonsense"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["code"])
    assert client.get("/api/v1/verify/").status_code == 422
    for _each in range(60):
        answer = client.get("/api/v1/verify/", {"sha256": "0" * 64})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_a_document_that_was_only_frozen_has_no_place_before_the_next_checkpoint(client: Client) -> None:
    document = frozen()
    found = page(client, code=document.code)
    assert "not issued yet" in found
    assert "Waiting for the next checkpoint" in found
    assert render_waiting(at=timezone.now) == 0
