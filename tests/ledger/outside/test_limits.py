"""What strangers may send ends early, and what leaves the house is readable by nobody in between."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory
from redis.exceptions import ConnectionError as NoRedis

from config.environment import https_or_here
from registry.kernel.http.limits import Limit
from registry.kernel.http.receiving import AROUND_A_FILE, Site


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
    assert answered("/incidents/1/evidence/new/", most + 1) == 0


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
