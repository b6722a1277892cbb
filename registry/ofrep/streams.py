"""Open streams: one per client, each told that there is something to fetch, never what.

The stock browser client fetches nothing after it was connected again, so every stream begins with such an event, and
repeats it now and then. A stream costs one waiting task and no thread.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from registry.flags import event, revision_of
from registry.ofrep.state import Caller, State

REPEAT_AFTER: Final = 20.0
"""Seconds of silence after which a client is asked to look anyway."""
HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

NOTHING: Final = (b"content-length", b"0")


class Stream:
    __slots__ = ("caller", "news")

    def __init__(self, caller: Caller) -> None:
        self.caller, self.news = caller, asyncio.Event()


class Streams:
    def __init__(self, state: State) -> None:
        self.state = state
        self.open: dict[int | None, set[Stream]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_ending = False
        state.changed.append(self.tell)

    @property
    def count(self) -> int:
        return sum(len(streams) for streams in self.open.values())

    def tell(self, numbers: set[int | None]) -> None:
        """Called in the thread that follows the database."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake, numbers)

    def end(self) -> None:
        """Let every stream end by itself, so that the process need not wait for its clients."""
        self.is_ending = True
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake, set(self.open))

    async def serve(self, ticket: str, receive: Any, send: Any, shared: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Until the client leaves, its key ends or the process does. `shared` goes with the headers."""
        caller = self.state.tickets.get(ticket)
        if caller is None or self.is_ending:
            await send({"type": "http.response.start", "status": 401, "headers": [*shared, NOTHING]})
            await send({"type": "http.response.body", "body": b""})
            return
        stream = Stream(caller)
        self.open.setdefault(caller.workflow_id, set()).add(stream)
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _done: stream.news.set())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *shared]})
            await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
            while not gone.done() and not self.is_ending and ticket in self.state.tickets:
                await send({"type": "http.response.body", "body": self._event(caller), "more_body": True})
                stream.news.clear()
                await self._news(stream)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._forget(stream)

    async def _news(self, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(REPEAT_AFTER, stream.news.set)
        try:
            await stream.news.wait()
        finally:
            timer.cancel()

    def _event(self, caller: Caller) -> bytes:
        written = None if caller.workflow_id is None else self.state.written(caller.workflow_id)
        if written is None:
            return b": nothing stands behind this key\n\n"
        return event(written.etag, revision_of(written.etag) or 0)

    def _wake(self, numbers: set[int | None]) -> None:
        for number in numbers:
            for stream in self.open.get(number, ()):
                stream.news.set()

    def _forget(self, stream: Stream) -> None:
        left = self.open.get(stream.caller.workflow_id, set())
        left.discard(stream)
        if not left:
            self.open.pop(stream.caller.workflow_id, None)


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
