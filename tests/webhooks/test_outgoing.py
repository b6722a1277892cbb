"""Where messages may go, how they are signed, and when they are tried again: rules without a database."""

import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.outgoing.addresses import NotAllowed, checked, is_allowed
from registry.kernel.outgoing.posting import NoAnswer, post
from registry.kernel.outgoing.retrying import DELAYS, LONGEST_REST, SCATTER, delay_after, rest_after
from registry.kernel.outgoing.signing import headers, new_secret, signature
from tests.ledger.outside.serving import service
from tests.webhooks.making import allow_this_machine


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "::",
        "::7f00:1", "64:ff9b:1::7f00:1", "::ffff:0:7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused_however_it_is_wrapped(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.test/", "ftp://example.test/", "https://", "https://user:secret@example.test/",
        "https://example.test/#part", "https://exa mple.test/", "https://example.test:0/", "https://example.test:99999/",
        "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "//example.test/", "",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_or_nowhere_are_refused(url: str) -> None:
    with pytest.raises((NotAllowed, OSError)):
        checked(url)


def test_one_private_address_behind_a_name_is_enough_to_refuse_it(monkeypatch: Any) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(NotAllowed, match=r"10\.0\.0\.8"):
        checked("https://two-faced.test/")


def test_what_was_checked_is_what_is_connected_to(monkeypatch: Any, settings: Any) -> None:
    """A name that leads elsewhere a moment later is not asked a second time."""
    allow_this_machine(settings)
    with service() as receiver:
        port = int(receiver.url.rsplit(":", 1)[1].strip("/"))
        asked: list[str] = []

        def once(host: str, *_a: Any, **_k: Any) -> list[Any]:
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", once)
        target = checked(f"http://rebinding.test:{port}/in?x=1")
        monkeypatch.undo()
        assert post(target, b"{}", {}).status == 200
    assert asked == ["rebinding.test"]
    assert receiver.heard[0].path == "/in?x=1"
    assert receiver.heard[0].headers["Host"] == f"rebinding.test:{port}"


def test_whoever_answers_drop_by_drop_is_cut_off(settings: Any) -> None:
    """Each byte comes in time; all of them together do not."""
    allow_this_machine(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        target = checked(f"http://127.0.0.1:{port}/")

        def drip() -> None:
            line, _peer = listening.accept()
            with line:
                try:
                    for each in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
                        line.send(bytes([each]))
                        threading.Event().wait(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(NoAnswer, match="within"):
            post(target, b"{}", {}, seconds=0.5)
        thread.join(5)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example in the text of Standard Webhooks."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_snippet_of_the_documentation_accepts_what_is_sent_and_nothing_else() -> None:
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    given: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], given)  # noqa: S102 - our own documentation
    secret, body = new_secret(), b'{"a":1}'
    sent = headers([new_secret(), secret], message_id="m", timestamp=int(time.time()), body=body)
    given["verify"](secret, sent, body)
    for wrong in ((new_secret(), sent, body), (secret, sent, body + b" "), (secret, {**sent, "webhook-id": "n"}, body)):
        with pytest.raises(ValueError, match="not signed"):
            given["verify"](*wrong)


def test_with_two_secrets_both_signatures_stand_side_by_side() -> None:
    told = headers(["whsec_AAAA", "whsec_BBBB"], message_id="m", timestamp=1, body=b"")
    assert len(told["webhook-signature"].split(" ")) == 2


@given(st.integers(1, 1000), st.floats(0, 1))
def test_delays_stay_near_the_plan(attempts: int, chance: float) -> None:
    planned = DELAYS[min(attempts, len(DELAYS)) - 1]
    assert planned * (1 - SCATTER) <= delay_after(attempts, chance) <= planned * (1 + SCATTER)


@given(st.integers(0, 100_000))
def test_a_rest_grows_to_five_minutes_and_no_further(failures: int) -> None:
    assert timedelta(0) <= rest_after(failures) <= rest_after(failures + 1) <= LONGEST_REST
