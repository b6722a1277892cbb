"""The branch in front of the site: addresses of the control plane are answered here, everything else by the site.

Nothing of the framework's request stack runs for them: no session, no database, no middleware. What it would give is
given here, by hand: a limit on bodies, an answer for every fault, no caching, figures.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

import structlog

from registry.flags import STREAM, refusal
from registry.ofrep.answering import APPLIED, FLAGS, JSON, NO_STORE, Answer, Desk, Question
from registry.ofrep.following import Follower
from registry.ofrep.origins import ALLOWED, sharing
from registry.ofrep.receipts import Receipts
from registry.ofrep.recording import Recorder
from registry.ofrep.state import State
from registry.ofrep.streams import ControlStreams

MOST_BODY: Final = 64 * 1024
MOST_READ_PAST: Final = 16 * 1024 * 1024
PATIENCE: Final = 0.5
"""Seconds that a caller who was told of something newer is kept waiting for this process to learn of it."""
GLANCE: Final = 0.005
START: Final = 5.0
"""Seconds given to the first look before the process takes requests without it."""
FOREIGN: Final = (b"x-content-type-options", b"nosniff")
log = structlog.get_logger(__name__)


class Beside(Protocol):
    """What else lives in a serving process by what the database says, and ends with it."""

    @property
    def channels(self) -> Mapping[str, Callable[[str], None]]:
        """Who hears the notices of a channel, in the thread that follows."""

    @property
    def count(self) -> int:
        """Its open streams."""

    def end(self) -> None: ...


class ControlPlane:
    """One per process: `site` is called for whatever is not the control plane's."""

    def __init__(
        self, site: Any, *, on_receipts: Callable[[], None], record: Callable[[], object], beside: Beside
    ) -> None:
        self.site = site
        self.state = State()
        self.receipts = Receipts()
        self.recorder = Recorder(self.receipts, on_receipts)
        self.follower = Follower(self.state, record, beside.channels)
        self.streams = ControlStreams(self.state)
        self.beside = beside
        self.desk = Desk(self.state, self.receipts)
        self._starting = threading.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(("/ofrep/", "/control/v1/")):
            await self._serve(scope, receive, send)
        else:
            await self.site(scope, receive, send)

    async def start(self) -> None:
        """Begin to follow. Idempotent; servers that know no lifespan get it with the first question."""
        with self._starting:
            if self.streams.loop is None:
                self.streams.loop = asyncio.get_running_loop()
                self.follower.start()
                self.recorder.start()
        await asyncio.to_thread(self.follower.first_look.wait, START)

    def end(self) -> None:
        self._end_streams()
        self.follower.end()
        self.recorder.end()

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                self._end_streams_first()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.end()
                await asyncio.to_thread(self.recorder.join, 2.0)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams(self) -> None:
        self.streams.end()
        self.beside.end()

    def _end_streams_first(self) -> None:
        """A server waits for open streams before it says that it ends: hear the signal when it does."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):

                def heard(given: int, frame: Any, before: Any = before) -> None:
                    self._end_streams()
                    before(given, frame)

                signal.signal(number, heard)

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if self.streams.loop is None:
            await self.start()
        path, shared = scope["path"], sharing(scope)
        try:
            if path == STREAM and scope["method"] == "GET":
                await self.streams.serve(_parameter(scope, "ticket"), receive, send, shared)
                return
            answer = await self._answer(scope, path, receive)
        except Exception:
            log.exception("fault in the control plane")
            answer = Answer(500, [JSON, NO_STORE], refusal("GENERAL", "This is a fault of ours. Keep the last state."))
        headers = [*answer.headers, *shared, FOREIGN]
        if answer.status not in {204, 304}:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Any, path: str, receive: Any) -> Answer:
        if path not in (FLAGS, APPLIED) and not path.startswith(FLAGS + "/"):
            return Answer(404, [JSON, NO_STORE], refusal("GENERAL", "There is no such address."))
        if scope["method"] == "OPTIONS":
            return Answer(204, ALLOWED, b"")
        if scope["method"] != "POST":
            headers = [JSON, NO_STORE, (b"allow", b"POST")]
            return Answer(405, headers, refusal("GENERAL", "Questions are asked by POST."))
        question = _question(scope, path)
        body = await _body(receive)
        if body is None:
            headers = [JSON, NO_STORE, (b"connection", b"close")]
            return Answer(413, headers, refusal("PARSE_ERROR", f"A body has at most {MOST_BODY} bytes."))
        if question.known and self.desk.is_behind(question):
            await self._catch_up(question)
        return self.desk.answer(question, body)

    async def _catch_up(self, question: Question) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while loop.time() < until and self.desk.is_behind(question):
            await asyncio.sleep(GLANCE)


def _question(scope: Any, path: str) -> Question:
    secret = content_type = none_match = client = b""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            secret = value[7:].strip()
        elif name == b"x-api-key":
            secret = secret or value.strip()
        elif name == b"content-type":
            content_type = value
        elif name == b"if-none-match":
            none_match = value
        elif name == b"user-agent":
            client = value
    known = _parameter(scope, "flagConfigEtag") if b"flagConfigEtag" in scope["query_string"] else ""
    return Question(path, secret, content_type, none_match, client, known.encode(errors="replace"))


def _parameter(scope: Any, name: str) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get(name, [""])[0]


async def _body(receive: Any) -> bytes | None:
    """The body, or nothing where it is too long. What is too long is read past and let go up to a point: a client
    whose sending is cut off sees no answer.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    seen = len(body)
    while message.get("more_body") and seen <= MOST_READ_PAST:
        message = await receive()
        piece: bytes = message.get("body", b"")
        seen += len(piece)
        if seen <= MOST_BODY:
            body += piece
    return body if seen <= MOST_BODY else None
