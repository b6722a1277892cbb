"""What senders are answered: in their protocol, in words, never with a fault."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intake import signatures
from intake.models import DeliveryBody, SignalDelivery, SignalSource
from intake.services import sources, tokens
from intake.services.receiving import MOST_BYTES
from intake.views import pacing
from tests import people
from tests.intake import making, messages

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-the-sender"


def send(source: SignalSource, body: bytes, *, token: str = "", kind: str = "application/json", **headers: str) -> Any:
    address = reverse("signal-in", args=[source.speaks.slug, source.public_id])
    if token:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    client = Client(enforce_csrf_checks=True)
    return client.post(address, body, content_type=kind, **headers)  # type: ignore[arg-type]


def test_the_bytes_are_kept_as_they_came_before_they_are_read() -> None:
    source, token = making.source()
    body = messages.alertmanager() + b"  \n"
    answer = send(source, body, token=token, HTTP_USER_AGENT="Alertmanager/0.27", HTTP_COOKIE="a=b")
    assert (answer.status_code, answer.json()["status"]) == (200, "received")
    delivery = SignalDelivery.objects.get()
    assert bytes(DeliveryBody.objects.get().content) == body
    assert delivery.sha256 == hashlib.sha256(body).hexdigest()
    assert delivery.headers == {"user-agent": "Alertmanager/0.27"}, "nothing that opens anything is kept"
    assert delivery.outcome == "PENDING"


def test_the_password_of_basic_authentication_is_a_token_too() -> None:
    source, token = making.source()
    basic = base64.b64encode(f"anybody:{token}".encode()).decode()
    assert send(source, messages.alertmanager(), HTTP_AUTHORIZATION=f"Basic {basic}").status_code == 200
    assert send(source, messages.alertmanager(), HTTP_AUTHORIZATION="Basic %%%").status_code == 401


def test_refusals_are_problems_in_words() -> None:
    source, token = making.source()
    other, others = making.source("GENERIC")
    body = messages.alertmanager()
    for status, answer in (
        (401, send(source, body)),
        (401, send(source, body, token="hfs_made-up")),
        (401, send(source, body, token="é")),
        (403, send(source, body, token=others)),
        (415, send(source, body, token=token, kind="application/x-www-form-urlencoded")),
        (415, send(source, body, token=token, kind="multipart/form-data; boundary=x")),
        (415, send(source, body, token=token, HTTP_CONTENT_ENCODING="gzip")),
        (413, send(source, b" " * (MOST_BYTES + 1), token=token)),
        (422, send(source, b'{"alerts": 3}', token=token)),
        (404, Client().post(reverse("signal-in", args=["alertmanager", "nobody"]), b"{}", content_type="text/json")),
        (404, Client().post(reverse("signal-in", args=["people", "x"]), b"{}", content_type="text/json")),
        (405, Client().get(reverse("signal-in", args=["generic", other.public_id]))),
    ):
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert SignalDelivery.objects.get().sha256 == hashlib.sha256(b'{"alerts": 3}').hexdigest(), "kept all the same"


def test_a_source_that_is_switched_off_takes_nothing() -> None:
    source, token = making.source(is_enabled=False)
    assert send(source, messages.alertmanager(), token=token).status_code == 403


def test_a_replaced_token_works_on_for_its_overlap_and_a_revoked_one_ends_at_once() -> None:
    source, old = making.source()
    now = timezone.now()
    made, new = tokens.rotate(source, by=people.risk(), at=now, overlap=timedelta(hours=1))
    assert tokens.opens(old, at=now + timedelta(minutes=59)) is not None
    assert tokens.opens(old, at=now + timedelta(minutes=61)) is None
    assert send(source, messages.alertmanager(), token=new).status_code == 200
    tokens.revoke(made, by=people.risk(), at=now, reason="Seen in a chat")
    assert send(source, messages.alertmanager(), token=new).status_code == 401


def test_pagerduty_is_known_by_its_routing_key_and_answered_in_its_words() -> None:
    _source, key = making.source("PAGERDUTY")
    assert len(key) == 32
    address = reverse("signal-in-pagerduty")
    assert address == "/in/pagerduty/v2/enqueue"
    answer = Client().post(address, messages.pagerduty(key=key), content_type="application/json")
    assert (answer.status_code, answer.json()["dedup_key"]) == (202, "triage/ratio")
    assert Client().post(address, messages.pagerduty(key="x" * 32), content_type="application/json").status_code == 401
    assert Client().post(address, b"{", content_type="application/json").status_code == 400
    wrong = json.dumps({"routing_key": key, "event_action": "shout"}).encode()
    assert Client().post(address, wrong, content_type="application/json").status_code == 400


def test_sentry_proves_itself_by_its_signature_alone() -> None:
    source, token = making.source("SENTRY", secret=SECRET)
    assert token == ""
    body = messages.sentry_issue()
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    given = {"HTTP_SENTRY_HOOK_RESOURCE": "issue", "HTTP_SENTRY_HOOK_SIGNATURE": signed}
    assert send(source, body, **given).status_code == 200
    assert send(source, body + b" ", **given).status_code == 401
    assert send(source, body).status_code == 401
    assert send(source, body, **given).json()["status"] == "received before"
    assert SignalDelivery.objects.count() == 1


def test_langfuse_is_acknowledged_even_where_nothing_can_be_made_of_it() -> None:
    source, _token = making.source("LANGFUSE", secret=SECRET)
    for body in (messages.langfuse(), b'{"type": "monitor-alert"}', b"{"):
        stamp = int(timezone.now().timestamp())
        answer = send(source, body, HTTP_X_LANGFUSE_SIGNATURE=signatures.sign(SECRET, body, stamp))
        assert answer.status_code == 200, answer.content
    assert SignalDelivery.objects.count() == 3


def test_an_old_signature_and_one_of_another_secret_prove_nothing() -> None:
    source, _token = making.source("LANGFUSE", secret=SECRET)
    body, now = messages.langfuse(), int(timezone.now().timestamp())
    for given in (
        signatures.sign(SECRET, body, now - 600),
        signatures.sign(SECRET, body, now + 600),
        signatures.sign("another secret", body, now),
        f"v1={'0' * 64}",
        "t=,v1=",
        "t=²,v1=é",
    ):
        assert send(source, body, HTTP_X_LANGFUSE_SIGNATURE=given).status_code == 401
    assert not SignalDelivery.objects.exists()


def test_a_second_signature_beside_the_token_is_asked_for_once_it_is_set() -> None:
    source, token = making.source("GENERIC")
    body = b'{"title": "Slow"}'
    assert send(source, body, token=token).status_code == 202
    sources.set_secret(source, by=people.risk(), at=timezone.now(), signature_secret=SECRET)
    assert send(source, body, token=token).status_code == 401
    signed = signatures.sign(SECRET, body, int(timezone.now().timestamp()))
    assert send(source, body, token=token, HTTP_X_HOLDFAST_SIGNATURE=signed).status_code == 202


def test_guessing_and_flooding_are_slowed_down() -> None:
    source, token = making.source()
    with patch.object(pacing, "MOST_A_MINUTE", 2):
        statuses = [send(source, messages.alertmanager(), token=token).status_code for _time in range(3)]
    assert statuses == [200, 200, 429]
    refused = [send(source, b"{}", token="x").status_code for _time in range(pacing.WRONG.most + 1)]
    assert refused[-1] == 429


def test_a_database_that_is_away_is_no_fault_of_the_sender() -> None:
    source, token = making.source()
    with patch("intake.views.receiving.receive", side_effect=OperationalError):
        answer = send(source, messages.alertmanager(), token=token)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
