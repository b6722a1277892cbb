"""The control plane as it runs: a process of its own, asked over the wire."""

import json
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.utils import timezone

from registry.models import ControlCandidate, ControlInstance, Restriction, Stage, Surface
from registry.services import control_keys, surfaces
from tests import people, shipped
from tests.control import description, world
from tests.control.world import FLAGS, Asking, served
from tests.custody.serving import Site
from tests.incidents import making
from tests.processes.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claims(transactional_db: None) -> Any:
    shipped.restore()
    return world.workflow()


@pytest.fixture
def secret(claims: Any) -> str:
    return world.key(claims)[1]


@pytest.fixture
def site(claims: Any, secret: str, tmp_path: Path) -> Iterator[Site]:
    with served(tmp_path / "site") as running:
        yield running


def test_a_flip_is_seen_everywhere_and_its_receipts_are_kept(
    claims: Any, secret: str, site: Site, tmp_path: Path
) -> None:
    asking = Asking(site, secret)
    option, incident = world.option(claims), world.incident(claims)
    status, headers, before = asking.ask()
    assert (status, headers["cache-control"]) == (200, "no-store")
    jsonschema.validate(before, description.ALL_FLAGS)
    assert {flag["key"]: flag["value"] for flag in before["flags"]} == {
        "wf.claims-triage.mode": "normal",
        "wf.claims-triage.config": {},
        "wf.claims-triage.tool.letter-service": True,
    }
    assert asking.ask(If_None_Match=headers["etag"])[0] == 304

    action = world.carried_out(option, incident)
    with served(tmp_path / "second") as second:
        for each in (asking, Asking(second, secret, "runner-2")):
            wait_until(each.sees("killed"), seconds=20)
            status, _after, flags = each.ask(If_None_Match=headers["etag"])
            assert status == 200
            metadata = flags["metadata"]
            assert (metadata["revision"], metadata["incident"]) == (1, action.incident.reference)
            assert [flag["value"] for flag in flags["flags"]] == ["killed", {}, False]
            jsonschema.validate(each.ask(f"{FLAGS}/wf.claims-triage.tool.letter-service")[2], description.FLAG)
    wait_until(lambda: ControlInstance.objects.filter(revision=1).count() == 2)
    first = ControlInstance.objects.get(name="runner-1")
    assert first.first_at >= action.executed_at
    assert asking.ask("/control/v1/applied", {"targetingKey": "runner-1", "revision": 1})[0] == 204
    wait_until(lambda: ControlInstance.objects.filter(name="runner-1", acknowledged=1).exists())


def test_whatever_changes_what_is_told_is_told_without_a_restart(claims: Any, secret: str, site: Site) -> None:
    asking = Asking(site, secret)
    assert asking.mode() == "normal"
    tool = Surface.objects.create(workflow=claims, kind="TOOL", name="Ledger posting")
    wait_until(lambda: asking.ask(f"{FLAGS}/wf.claims-triage.tool.ledger-posting")[0] == 200, seconds=20)
    surfaces.retire(tool, by=people.risk(), at=timezone.now(), reason="Not used any more.")
    wait_until(lambda: asking.ask(f"{FLAGS}/wf.claims-triage.tool.ledger-posting")[0] == 404, seconds=20)
    making.option(claims, "DISABLE_TOOL")
    restriction = Restriction.objects.create(
        workflow=claims, name="Raw", effect={"mode": "from raw SQL"}, source="INCIDENT", reason="Typed into a console",
        operator="somebody", applied_at=timezone.now(), revision=7,
    )  # fmt: skip
    wait_until(asking.sees("killed"), seconds=20)  # what nobody can read is obeyed as the strictest
    assert restriction.pk
    claims.stage = Stage.RETIRED
    claims.production_basis = ""
    claims.save()
    wait_until(lambda: asking.ask()[0] == 404, seconds=20)
    wait_until(lambda: ControlCandidate.objects.filter(key="*").exists())


def test_keys_open_one_workflow_end_at_once_and_overlap_when_replaced(claims: Any, secret: str, site: Site) -> None:
    other = world.workflow("Letters")
    token, theirs = world.key(other)
    asking = Asking(site, theirs)
    wait_until(lambda: asking.ask()[0] == 200, seconds=20)
    status, _headers, body = asking.ask(f"{FLAGS}/wf.claims-triage.mode")
    assert (status, body["key"], body["errorCode"]) == (404, "wf.claims-triage.mode", "FLAG_NOT_FOUND")
    wait_until(lambda: ControlCandidate.objects.filter(key="wf.claims-triage.mode").exists())
    by_key = asking.ask(Authorization="", X_API_Key=theirs)
    assert by_key[0] == 200
    _made, successor = control_keys.rotate(token, by=people.risk(), at=timezone.now(), overlap=timedelta(hours=1))
    new = Asking(site, successor)
    wait_until(lambda: new.ask()[0] == 200, seconds=20)
    assert asking.ask()[0] == 200
    control_keys.revoke(token, by=people.risk(), at=timezone.now(), reason="Seen in a log.")
    wait_until(lambda: asking.ask()[0] == 401, seconds=20)
    assert new.ask()[0] == 200
    for wrong in ("", "nope", secret + "x", "\u00e9".encode().decode("latin-1")):
        status, headers, body = Asking(site, wrong).ask()
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        jsonschema.validate(body, description.ERROR)


BAD: list[tuple[Any, int, str]] = [
    (b"{", 400, "PARSE_ERROR"),
    (b"\xff\xfe", 400, "PARSE_ERROR"),
    (b"[]", 400, "PARSE_ERROR"),
    (b'"x"', 400, "PARSE_ERROR"),
    (b"[" * 20_000, 400, "PARSE_ERROR"),
    ({"context": []}, 400, "INVALID_CONTEXT"),
    ({"context": {"targetingKey": 7}}, 400, "INVALID_CONTEXT"),
    ({"context": {"targetingKey": "x" * 201}}, 400, "INVALID_CONTEXT"),
    (b'{"context":{"targetingKey":"a\\u0000b"}}', 400, "INVALID_CONTEXT"),
    (b'{"context":{"targetingKey":"\\ud800"}}', 400, "INVALID_CONTEXT"),
    (b" " * 10_000_000, 413, "PARSE_ERROR"),
]


def test_bad_input_is_answered_by_the_protocols_own_errors(secret: str, site: Site) -> None:
    for body, status, code in BAD:
        for path in (FLAGS, f"{FLAGS}/wf.claims-triage.mode"):
            answer = Asking(site, secret).ask(path, body)
            assert (answer[0], answer[2]["errorCode"]) == (status, code), body[:40]
            jsonschema.validate(answer[2], description.ERROR)
    asking = Asking(site, secret)
    assert asking.ask(Content_Type="text/plain")[0] == 400
    assert asking.ask(body=b"")[0] == 200
    assert asking.ask(body={})[0] == 200
    assert asking.ask(body={"context": {}})[0] == 200
    assert asking.ask(f"{FLAGS}/wf%2Eclaims-triage%2Emode")[2]["value"] == "normal"
    for path in ("wf.claims-triage.mode/x", "a%00b", "%E2%82%AC", "x" * 5000, "..%2f..%2fetc", "wf.%F0%9F%92%A5.mode"):
        status, _headers, answered = asking.ask(f"{FLAGS}/{path}")
        assert (status, answered["errorCode"]) == (404, "FLAG_NOT_FOUND"), path
    assert asking.ask(method="GET", body=b"")[0] == 405
    assert asking.ask("/ofrep/v1/configuration", method="GET", body=b"")[0] == 404
    for given in ({}, {"revision": "1"}, {"revision": 10**9}, {"revision": True}):
        assert asking.ask("/control/v1/applied", given)[0] == 400
    assert asking.mode() == "normal"


def test_noise_is_never_a_fault_and_never_a_hang(secret: str, site: Site) -> None:
    noise = random.Random(7)
    asking = Asking(site, secret)
    pieces = [
        b"{",
        b"}",
        b'"context"',
        b":",
        b"null",
        b"[",
        b"]",
        b'"targetingKey"',
        b"\x00",
        b"1e999",
        b"\xf0\x9f",
        b",",
    ]
    for _attempt in range(300):
        body = b"".join(noise.choices(pieces, k=noise.randint(0, 12)))
        path = FLAGS + noise.choice(["", "/", "/wf.claims-triage.mode", "/%", "/%zz", "//", "?flagConfigEtag=%22x%22"])
        status, _headers, answered = asking.ask(path, body, If_None_Match=noise.choice(['"0-x"', "*", "W/", ""]))
        assert status in {200, 304, 400, 404}, (path, body)
        assert answered is None or "flags" in answered or "key" in answered or "errorCode" in answered


def test_a_reader_who_knows_of_something_newer_is_never_told_what_was_before(
    claims: Any, secret: str, site: Site
) -> None:
    asking = Asking(site, secret)
    incident, option = world.incident(claims), world.option(claims)
    assert asking.mode() == "normal"
    stale = 0
    for _attempt in range(15):
        action = world.carried_out(option, incident)
        revision = action.restriction.revision  # type: ignore[union-attr]
        found = asking.ask(f"{FLAGS}?flagConfigEtag=%22{revision}-x%22")[2]
        stale += found["flags"][0]["value"] != "killed"
        making.taken_back(action, at=timezone.now())
        found = asking.ask(f"{FLAGS}?flagConfigEtag=%22{revision + 1}-x%22")[2]
        stale += found["flags"][0]["value"] != "normal"
    assert stale == 0
    begun = time.monotonic()
    asking.ask(f"{FLAGS}?flagConfigEtag=%22999999-x%22")
    assert time.monotonic() - begun < 5


def stream_of(site: Site, secret: str) -> tuple[socket.socket, str]:
    streams = Asking(site, secret).ask()[2]["eventStreams"]
    line = socket.create_connection(("127.0.0.1", site.port), timeout=30)
    line.sendall(f"GET {streams[0]['endpoint']['requestUri']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return line, streams[0]["endpoint"]["requestUri"]


def events(line: socket.socket, count: int) -> list[dict[str, Any]]:
    received = b""
    while received.count(b"data: ") < count or not received.endswith(b"\n\n\r\n"):
        piece = line.recv(65536)
        assert piece, received
        received += piece
    return [json.loads(part.split(b"\n")[0]) for part in received.split(b"data: ")[1:]]


def test_a_stream_says_at_once_and_at_every_flip_that_there_is_something_to_fetch(
    claims: Any, secret: str, site: Site
) -> None:
    line, address = stream_of(site, secret)
    first = events(line, 1)[0]
    jsonschema.validate(first, description.EVENT)
    world.carried_out(world.option(claims), world.incident(claims))
    second = events(line, 1)[0]
    assert first["etag"] != second["etag"]
    assert second["etag"].startswith('"1-')
    assert Asking(site, secret).ask()[2]["eventStreams"][0]["endpoint"]["requestUri"] == address
    assert secret not in address
    wrong = socket.create_connection(("127.0.0.1", site.port), timeout=10)
    wrong.sendall(b"GET /ofrep/v1/stream?ticket=nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b"401" in wrong.recv(1000)


def test_it_stops_within_seconds_with_streams_open_and_logs_no_ticket(secret: str, site: Site) -> None:
    lines = [stream_of(site, secret) for _number in range(20)]
    for line, _address in lines:
        events(line, 1)
    begun = time.monotonic()
    site.process.terminate()
    assert site.process.wait(timeout=20) is not None
    assert time.monotonic() - begun < 5
    assert lines[0][1].partition("ticket=")[2] not in (site.folder / "site.log").read_text()


def test_a_killed_process_comes_back_with_the_state_and_a_lost_notice_costs_a_second(
    claims: Any, secret: str, site: Site, tmp_path: Path
) -> None:
    asking = Asking(site, secret)
    assert asking.mode() == "normal"
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait()
    with connection.cursor() as cursor:  # whoever was cut off has missed this
        cursor.execute("SELECT pg_notify('holdfast_control', '')")
    world.carried_out(world.option(claims), world.incident(claims))
    with served(site.folder) as again:
        assert Asking(again, secret).mode() == "killed"


def test_only_named_sites_may_ask_from_a_browser(claims: Any, secret: str, tmp_path: Path) -> None:
    with served(tmp_path / "site", CONTROL_ORIGINS="https://shop.example.org") as site:
        asking = Asking(site, secret)
        _status, headers, body = asking.ask(origin="https://shop.example.org")
        assert headers["access-control-allow-origin"] == "https://shop.example.org"
        assert "etag" in headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in headers
        status, headers, _body = asking.ask(method="OPTIONS", body=b"", origin="https://shop.example.org")
        assert (status, headers["access-control-allow-origin"]) == (204, "https://shop.example.org")
        assert "authorization" in headers["access-control-allow-headers"]
        status, headers, _body = asking.ask(origin="https://elsewhere.example.org")
        assert (status, headers.get("access-control-allow-origin"), headers["vary"]) == (200, None, "origin")
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as stream:
            address = body["eventStreams"][0]["endpoint"]["requestUri"]
            asked = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://shop.example.org\r\n\r\n"
            stream.sendall(asked.encode())
            assert b"access-control-allow-origin: https://shop.example.org" in stream.recv(4096).lower()
