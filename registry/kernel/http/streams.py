"""Streams of events that stay open: each costs one waiting task, no thread and no connection to the database."""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Stream:
    """One that is open. Setting `news` makes it look for what there is to send."""

    __slots__ = ("news",)

    def __init__(self) -> None:
        self.news = asyncio.Event()


class Streams:
    """Those of this process, by what they are about."""

    repeat_after = 20.0
    """Seconds of silence after which something is sent anyway, so that nobody in between takes the line for dead."""

    def __init__(self) -> None:
        self.open: dict[Any, set[Stream]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_ending = False

    @property
    def count(self) -> int:
        return sum(len(streams) for streams in self.open.values())

    def tell(self, keys: Iterable[Hashable]) -> None:
        """Wake all streams about `keys`. Called in any thread."""
        self.in_loop(self._wake, set(keys))

    def end(self) -> None:
        """Let every stream end by itself, so that the process need not wait for its clients."""
        self.is_ending = True
        self.tell(self.open)

    def in_loop(self, call: Callable[..., object], *arguments: Any) -> None:
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *arguments)

    async def hold(
        self,
        key: Hashable,
        stream: Stream,
        following: Callable[[], bytes | None],
        *,
        receive: Any,
        send: Any,
        headers: Iterable[tuple[bytes, bytes]],
    ) -> None:
        """Send what `following` gives, at once and at all news, until it gives None, the client leaves or we end."""
        self.open.setdefault(key, set()).add(stream)
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _done: stream.news.set())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*headers]})
            await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
            while not gone.done() and not self.is_ending:
                stream.news.clear()
                piece = following()
                if piece is None:
                    break
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await self._news(stream)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._forget(key, stream)

    async def _news(self, stream: Stream) -> None:
        timer = asyncio.get_running_loop().call_later(self.repeat_after, stream.news.set)
        try:
            await stream.news.wait()
        finally:
            timer.cancel()

    def _wake(self, keys: set[Hashable]) -> None:
        for key in keys:
            for stream in self.open.get(key, ()):
                stream.news.set()

    def _forget(self, key: Hashable, stream: Stream) -> None:
        left = self.open.get(key, set())
        left.discard(stream)
        if not left:
            self.open.pop(key, None)


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
