"""The short way in: the same answers as by the site, over connections that stay open."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from intake.models import SignalDelivery
from intake.services import sources, tokens
from registry.kernel.http.hatch import Hatch
from tests import people, shipped
from tests.intake import making, messages

pytestmark = pytest.mark.django_db(transaction=True)


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def hatch() -> Any:
    shipped.restore()
    made = Hatch(elsewhere)
    yield made
    for _thread in range(8):
        made._threads.submit(connections.close_all).result()
    made._threads.shutdown()
    shipped.restore()


def ask(
    hatch: Hatch, path: str, body: bytes = b"", *, token: str = "", cut: bool = False
) -> tuple[int, Any, dict[str, str]]:
    headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
    }
    scope["client"] = ("127.0.0.1", 40_000)
    parts = [{"type": "http.request", "body": body[:10], "more_body": True}]
    parts.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": body[10:]})
    said: list[Any] = []

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        said.append(message)

    with ThreadPoolExecutor(1) as threads:  # where a browser was used before, this one has a loop already
        threads.submit(asyncio.run, hatch(scope, receive, send)).result()
    if not said:
        return 0, None, {}
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], json.loads(said[1]["body"] or b"null"), found


def test_a_delivery_is_kept_and_answered_as_by_the_site(hatch: Hatch) -> None:
    source, token = making.source()
    path = f"/in/alertmanager/{source.public_id}"
    body = messages.alertmanager()
    status, said, headers = ask(hatch, path, body, token=token)
    assert (status, said["status"], headers["X-Content-Type-Options"]) == (200, "received", "nosniff")
    delivery = SignalDelivery.objects.get()
    assert headers["X-Request-Id"] == delivery.unit_id
    assert bytes(delivery.body.content) == body
    assert ask(hatch, path, body, token="wrong")[0] == 401
    assert ask(hatch, path, b" " * (settings.BODY_LIMIT_OF_STRANGERS + 1), token=token)[0] == 413
    assert ask(hatch, "/elsewhere/", body)[0] == 299
    assert ask(hatch, path, body, token=token, cut=True)[0] == 0, "whoever is gone is told nothing"
    assert SignalDelivery.objects.count() == 1


def test_a_source_that_was_changed_or_a_token_that_was_revoked_counts_with_the_next_delivery(hatch: Hatch) -> None:
    source, token = making.source()
    path, body = f"/in/alertmanager/{source.public_id}", messages.alertmanager()
    assert ask(hatch, path, body, token=token)[0] == 200
    source = sources.edit(source, by=people.risk(), at=timezone.now(), reason="Off", is_enabled=False)
    assert ask(hatch, path, body, token=token)[0] == 403
    sources.edit(source, by=people.risk(), at=timezone.now(), reason="On", is_enabled=True)
    assert ask(hatch, path, body, token=token)[0] == 200
    tokens.revoke(source.tokens.get(), by=people.risk(), at=timezone.now(), reason="Seen in a chat")
    assert ask(hatch, path, body, token=token)[0] == 401


def test_connections_that_the_database_has_ended_are_replaced(hatch: Hatch, monkeypatch: pytest.MonkeyPatch) -> None:
    source, token = making.source()
    path, body = f"/in/alertmanager/{source.public_id}", messages.alertmanager()
    assert ask(hatch, path, body, token=token)[0] == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    monkeypatch.setattr("registry.kernel.http.hatch.REST", -1.0)
    assert ask(hatch, path, body, token=token)[0] == 200
