"""Witnesses get the newest checkpoint, no more often than they should, and nothing is lost while they are away."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, tsp
from django.core import mail

from registry.kernel.ledger import keys
from registry.kernel.ledger.notes import read
from registry.kernel.ledger.witnesses.authority import Answer, token_in
from registry.kernel.ledger.witnesses.base import NotTaken, without_secrets
from registry.kernel.ledger.witnesses.endpoint import EndpointWitness
from registry.models import Notice, Receipt
from registry.services.witnesses import TOLD_AFTER, send_checkpoints
from tests import people
from tests.documents.signing_world import keys_in, time_stamps
from tests.ledger.outside.conftest import sealed
from tests.ledger.outside.serving import Service, service

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Service]:
    with service() as running:
        settings.LEDGER_WITNESS_URL = f"{running.url}log?key=in-the-address"
        yield running


def send(minutes: float = 0) -> int:
    return send_checkpoints(at=lambda: NOON + timedelta(minutes=minutes))


def test_the_newest_checkpoint_is_posted_as_it_is_and_the_answer_is_kept(endpoint: Service, settings: Any) -> None:
    settings.LEDGER_WITNESS_TOKEN = "not-for-logs"
    sealed("One")
    newest = sealed("Two")
    assert send() == 1
    (heard,) = endpoint.heard
    assert heard.body.decode() == newest.note
    assert heard.path == "/log?key=in-the-address"
    assert heard.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert heard.headers["Authorization"] == "Bearer not-for-logs"
    receipt = Receipt.objects.get()
    assert (receipt.checkpoint, bytes(receipt.answer), receipt.sent_at) == (newest, b"taken", NOON)


def test_no_more_than_one_in_an_interval_and_always_the_newest(endpoint: Service, settings: Any) -> None:
    settings.LEDGER_WITNESS_EVERY = 30
    sealed("One")
    assert send() == 1
    sealed("Two")
    newest = sealed("Three")
    assert send(29) == 0
    assert send(30) == 1
    assert endpoint.heard[-1].body.decode() == newest.note
    assert send(90) == 0, "nothing new, nothing to say"
    assert len(endpoint.heard) == 2


def test_a_witness_that_fails_is_left_in_peace_for_longer_each_time_and_then_gets_the_newest(
    endpoint: Service,
) -> None:
    endpoint.answers = lambda _body: (503, {}, b"later")
    sealed("One")
    tried = []
    for minute in range(40):
        before = len(endpoint.heard)
        assert send(minute) == 0
        tried += [minute] * (len(endpoint.heard) - before)
    assert tried == [0, 1, 3, 7, 15, 31]
    receipt = Receipt.objects.get()
    assert "refused (status 503)" in receipt.failure
    assert receipt.sent_at is None
    newest = sealed("Two")
    endpoint.answers = lambda _body: (202, {}, b"")
    assert send(100) == 1
    receipt = Receipt.objects.get()
    assert (receipt.checkpoint, receipt.failure) == (newest, "")
    assert endpoint.heard[-1].body.decode() == newest.note


def test_administrators_are_told_once_for_each_run_of_failures(endpoint: Service) -> None:
    people.administrator()
    people.risk()
    endpoint.answers = lambda _body: (500, {}, b"")
    sealed("One")
    for minute in range(200):
        send(minute)
        told = Notice.objects.filter(kind="WITNESS").count()
        assert told == (1 if len(endpoint.heard) >= TOLD_AFTER else 0)
    body = Notice.objects.get(kind="WITNESS").body
    assert "127.0.0.1" in body
    assert "in-the-address" not in body


def test_a_redirect_is_not_followed(endpoint: Service) -> None:
    with service() as elsewhere:
        endpoint.answers = lambda _body: (307, {"Location": elsewhere.url}, b"")
        sealed()
        assert send() == 0
        assert elsewhere.heard == []
    assert "status 307" in Receipt.objects.get().failure


def test_a_witness_that_is_not_there_and_one_without_https_are_named(settings: Any) -> None:
    with service() as gone:
        settings.LEDGER_WITNESS_URL = gone.url
    sealed()
    send()
    assert "could not be reached" in Receipt.objects.get().failure
    settings.IS_LOCAL = False
    with pytest.raises(NotTaken, match="must begin with https"):
        EndpointWitness("http://witness.example/").hand(sealed("Two"))
    with pytest.raises(NotTaken, match="must begin with https"):
        EndpointWitness("file:///etc/passwd").hand(sealed("Three"))


def test_the_token_is_in_no_log_and_no_receipt(endpoint: Service, settings: Any, caplog: Any) -> None:
    settings.LEDGER_WITNESS_TOKEN = "not-for-logs"
    endpoint.answers = lambda _body: (401, {}, b"who are you")
    caplog.set_level(logging.DEBUG)
    sealed()
    send()
    receipt = Receipt.objects.get()
    for place in (caplog.text, receipt.failure, receipt.witness):
        assert "not-for-logs" not in place
        assert "in-the-address" not in place


def test_addresses_are_shown_without_what_may_be_secret() -> None:
    assert without_secrets("https://me:pw@w.example:8443/a/b?token=x#y") == "https://w.example:8443/a/b"


def test_a_file_for_each_checkpoint_is_dropped_whole_and_never_written_over(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    settings.LEDGER_WITNESS_FOLDER = str(folder)
    newest = sealed()
    assert send() == 1
    file = folder / f"{newest.size}.checkpoint"
    assert [each.name for each in folder.iterdir()] == [file.name]
    assert read(file.read_text(), keys.known_vkeys()).size == newest.size

    again = sealed("Two")
    (folder / f"{again.size}.checkpoint").write_text("what somebody else signed")
    assert send(60) == 0
    assert "already holds" in Receipt.objects.get(checkpoint=again).failure
    assert (folder / f"{again.size}.checkpoint").read_text() == "what somebody else signed"

    third = sealed("Three")
    (folder / f"{third.size}.checkpoint").write_text(third.note)
    assert send(120) == 1, "it was written before a kill"


def test_a_folder_that_cannot_be_written_is_named_and_keeps_nothing_from_the_others(
    settings: Any, tmp_path: Path, endpoint: Service
) -> None:
    (tmp_path / "file").write_text("")
    settings.LEDGER_WITNESS_FOLDER = str(tmp_path / "file" / "below")
    sealed()
    assert send() == 1
    assert len(endpoint.heard) == 1
    assert "cannot be written" in Receipt.objects.get(witness__startswith="folder").failure


def test_mail_goes_once_a_day_with_everything_needed_to_check_it(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LEDGER_WITNESS_MAIL = ["auditor@example.test", "second@example.test"]
    first = sealed("One")
    assert send() == 2
    sealed("Two")
    assert send(11 * 60) == 0
    third = sealed("Three")
    assert send(12 * 60 + 1) == 2, "it is another day in UTC"
    assert [message.to for message in mail.outbox[:2]] == [["auditor@example.test"], ["second@example.test"]]
    body = mail.outbox[0].body
    between = body.split("-" * 70 + "\n")[1]
    assert between == first.note
    assert f"/verify/consistency?old={first.size}" in body
    assert third.note in mail.outbox[2].body
    assert mail.outbox[0].extra_headers["Message-ID"] != mail.outbox[2].extra_headers["Message-ID"]


def test_mail_that_cannot_be_sent_is_tried_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.LEDGER_WITNESS_MAIL = ["auditor@example.test"]
    sealed()
    assert send() == 0
    assert Receipt.objects.get().failure == "The mail was not sent: ConnectionRefusedError."
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(1) == 1


def test_a_time_stamp_over_the_checkpoint_is_checked_and_kept(settings: Any, tmp_path: Path) -> None:
    asked: list[bytes] = []
    stamp = time_stamps(keys_in(tmp_path), asked)
    with service() as authority:
        authority.answers = lambda body: (200, {"Content-Type": "application/timestamp-reply"}, stamp("", body)[2])
        settings.LEDGER_TSA_URL = authority.url
        newest = sealed()
        assert send() == 1
        assert authority.heard[0].headers["Content-Type"] == "application/timestamp-query"
    request = tsp.TimeStampReq.load(asked[0])
    assert request["cert_req"].native is True
    token = tsp.ContentInfo.load(bytes(Receipt.objects.get().answer))
    stamped = token["content"]["encap_content_info"]["content"].parsed
    assert stamped["message_imprint"]["hashed_message"].native == sha256(newest.note.encode()).digest()
    assert stamped["nonce"].native == request["nonce"].native
    assert token["content"]["certificates"].native


def test_a_time_stamp_of_something_else_is_refused(settings: Any, tmp_path: Path) -> None:
    stamp = time_stamps(keys_in(tmp_path), [])

    def asked(digest: bytes, nonce: int) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
        return stamp("", request.dump())[2]

    mine = b"m" * 32
    assert token_in(asked(mine, 5), mine, 5)
    for answer, sentence in (
        (asked(b"o" * 32, 5), "something else"),
        (asked(mine, 6), "nonce"),
        (b"<html>", "no time stamp"),
        (b"", "no time stamp"),
        (Answer({"status": {"status": "rejection", "status_string": ["busy"]}}).dump(), "refused: busy"),
        (Answer({"status": {"status": "granted"}}).dump(), "no time stamp"),
    ):
        with pytest.raises(NotTaken, match=sentence):
            token_in(answer, mine, 5)


@pytest.mark.parametrize("part", ["signature", "content", "certificates"])
def test_a_time_stamp_whose_own_signature_is_false_is_refused(part: str, tmp_path: Path) -> None:
    stamp, mine = time_stamps(keys_in(tmp_path), []), b"m" * 32
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": mine}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": 5, "cert_req": True})
    answer = Answer.load(stamp("", request.dump())[2])
    signed = answer["time_stamp_token"]["content"]
    if part == "signature":
        signature = bytearray(signed["signer_infos"][0]["signature"].native)
        signature[-1] ^= 1
        signed["signer_infos"][0]["signature"] = bytes(signature)
    elif part == "content":
        told = signed["encap_content_info"]["content"].parsed
        told["serial_number"] = told["serial_number"].native + 1
        signed["encap_content_info"]["content"] = core.ParsableOctetString(told.dump(force=True))
    else:
        signed["certificates"] = []
    with pytest.raises(NotTaken, match="signature is false"):
        token_in(answer.dump(force=True), mine, 5)


def test_before_anything_was_signed_nobody_is_asked(endpoint: Service) -> None:
    assert send() == 0
    assert not Receipt.objects.exists()
