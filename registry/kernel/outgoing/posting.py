"""One request to a checked address: no redirect is followed, ten seconds in all, four kilobytes of the answer."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException

from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util.ssl_ import create_urllib3_context

from registry.kernel.outgoing.addresses import Target

SECONDS = 10.0
MOST = 4096
FAILURES = (HTTPError, HTTPException, OSError, ValueError)


class NoAnswer(Exception):
    """Nothing came back that is an answer; the message is a sentence for whoever reads the log."""


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    """The first bytes of the body, at most `MOST`."""

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def post(target: Target, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Connects to the address that was checked and asks there for the host that was typed. Raises NoAnswer."""
    connection = _connection(target, seconds)
    try:
        with _ended_after(connection, seconds):
            connection.request(
                "POST", target.path, body, {"Host": _host(target), **headers},
                preload_content=False, decode_content=False,
            )  # fmt: skip
            answer = connection.getresponse()
            return Answer(answer.status, _head(answer))
    except TimeoutError as late:
        raise NoAnswer(_("No answer within %(n)d seconds.") % {"n": seconds}) from late
    except FAILURES as failure:
        raise NoAnswer(_what(failure)) from failure
    finally:
        connection.close()


def _head(answer: HTTPResponse) -> bytes:
    """Whoever said with the status what became of it has answered, whatever becomes of the rest."""
    try:
        return answer.read(MOST, decode_content=False) or b""
    except FAILURES:
        return b""


def _connection(target: Target, seconds: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(target.address, target.port, timeout=seconds)
    # The certificate is asked for and judged by name; without `assert_hostname` the bare address would be judged.
    return HTTPSConnection(
        target.address, target.port, timeout=seconds, ssl_context=_context(), server_hostname=target.host,
        assert_hostname=target.host,
    )  # fmt: skip


def _context() -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_default_certs()
    return context


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme]
    return name if target.port == usual else f"{name}:{target.port}"


@contextmanager
def _ended_after(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """Whoever answers a byte at a time keeps within every time-out of a socket: the line is cut from outside."""
    begun, is_cut = time.monotonic(), threading.Event()

    def cut() -> None:
        is_cut.set()
        line = connection.sock
        if line is not None:
            with suppress(OSError, ValueError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except FAILURES as failure:
        if is_cut.is_set() or time.monotonic() - begun >= seconds:
            raise TimeoutError from failure
        raise
    finally:
        timer.cancel()


def _what(failure: Exception) -> str:
    reason = getattr(failure, "reason", None) or failure
    name = type(failure).__name__
    if "SSL" in name or "CERTIFICATE" in str(reason):
        return _("No safe connection: %(why)s") % {"why": str(reason)[:200]}
    return _("No connection: %(why)s") % {"why": name}
