"""What strangers may send ends early, and what leaves the house is readable by nobody in between."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from redis.exceptions import ConnectionError as NoRedis

from config.environment import https_or_here
from registry.kernel.access import tokens
from registry.kernel.access.callers import is_known
from registry.kernel.http.limits import Limit
from registry.kernel.http.receiving import AROUND_A_FILE, Site
from tests import people


def answered(path: str, announced: int) -> int:
    """The status for a body of that many announced bytes."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"content-length", str(announced).encode())],
    }  # fmt: skip
    with ThreadPoolExecutor(1) as elsewhere:  # here a browser's loop may be running
        elsewhere.submit(lambda: asyncio.run(Site().handle(scope, receive, send))).result()
    return int(sent[0]["status"]) if sent else 0


def test_a_body_for_the_public_page_is_cut_off_long_before_one_of_evidence(settings: Any) -> None:
    most = settings.BODY_LIMITS["/verify/"] + AROUND_A_FILE
    assert answered("/verify/", most + 1) == 413
    assert answered("/verify/", most) == 0, "it would have been read"


def test_elsewhere_a_stranger_sends_little(settings: Any) -> None:
    little = settings.BODY_LIMIT_OF_STRANGERS
    assert answered("/incidents/1/evidence/", little + 1) == 413
    assert answered("/incidents/1/evidence/", little) == 0, "it would have been read"


@pytest.mark.django_db
def test_who_is_known_is_told_by_a_real_session_or_token_and_nothing_like_it() -> None:
    now, client = timezone.now(), Client()
    client.force_login(people.responder())
    name = client.cookies["holdfast_session"].value
    token, secret = tokens.issue(people.responder(), name="Script")
    known = [{"cookie": f"other=1; holdfast_session={name}"}, {"authorization": f"Bearer {secret}"}]
    assert [is_known(headers, at=now) for headers in known] == [True, True]
    tokens.revoke(token, at=now)
    unknown = [
        {}, {"cookie": "holdfast_session=invented"}, {"cookie": "\x00;=;"}, {"authorization": f"Bearer {secret}"},
        {"authorization": "Basic eDp5"},
    ]  # fmt: skip
    assert [is_known(headers, at=now) for headers in unknown] == [False] * 5


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("", True),
        ("https://witness.example/log", True),
        ("http://localhost:8080/", True),
        ("http://[::1]/", True),
        ("http://witness.example/log", False),
        ("http://localhost.witness.example/", False),
        ("ftp://localhost/", False),
        ("witness.example", False),
    ],
)
def test_addresses_outside_need_https(url: str, is_safe: bool) -> None:
    assert https_or_here(url) is is_safe


def asked(address: str) -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_each_address_is_counted_for_itself_and_each_limit_too() -> None:
    one, two = Limit("one", most=2), Limit("two", most=2)
    waits = [one.wait(asked("192.0.2.1")) for _each in range(3)]
    assert waits[:2] == [0, 0]
    assert 0 < waits[2] <= 60
    assert one.wait(asked("192.0.2.2")) == 0
    assert two.wait(asked("192.0.2.1")) == 0


def test_while_nobody_can_count_nobody_is_kept_out(monkeypatch: Any) -> None:
    def away(*_arguments: Any, **_options: Any) -> None:
        raise NoRedis

    monkeypatch.setattr(cache, "add", away)
    limit = Limit("away", most=1)
    assert [limit.wait(asked("192.0.2.1")) for _each in range(5)] == [0] * 5
