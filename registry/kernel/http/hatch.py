"""The short way in for programs that deliver: no session, no person, no form, so none of what the site does for those.

Bodies are small and gathered before a thread is taken; few threads do the work, each with one connection to the
database that stays open. So a storm of deliveries costs the site neither threads nor connections, and what is more
than they can do waits, in order, or is asked to come again.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection
from django.http import HttpResponseBase
from django.utils.module_loading import import_string

from registry.kernel.http.receiving import PROGRAMS, TOO_LARGE, Receive, Send, say

THREADS: Final = 4
MOST_WAITING: Final = 1000
"""Requests with their bodies in memory; a body has at most a mebibyte."""
PATIENCE: Final = 60.0
"""Seconds for a body to arrive."""
REST: Final = 2.0
"""Seconds after which a connection that was not used is asked whether it still works."""
BUSY = "More arrives than can be taken just now. Send it again."
SLOW = "The body did not arrive in time."


class Hatch(BaseHandler):
    """In front of `site`, for addresses below PROGRAMS alone."""

    def __init__(self, site: Any) -> None:
        super().__init__()
        self.site = site
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hatch")
        self._waiting = 0
        self._used = threading.local()
        self._chain(settings.PROGRAM_MIDDLEWARE)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PROGRAMS):
            await self.site(scope, receive, send)
            return
        if self._waiting >= MOST_WAITING:
            await say(send, 503, BUSY, scope, (b"retry-after", b"5"))
            return
        self._waiting += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._waiting -= 1

    async def _serve(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _body(receive)
        except TimeoutError:
            await say(send, 408, SLOW, scope)
            return
        if body is None:
            return  # whoever sent it is gone
        if len(body) > settings.BODY_LIMIT_OF_STRANGERS:
            await say(send, 413, TOO_LARGE, scope)
            return
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self._threads, self._answered, scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answered(self, scope: Any, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        self._wake()
        try:
            response = self.get_response(ASGIRequest(scope, BytesIO(body)))
            return response.status_code, _headers(response), b"".join(response)
        finally:
            connection.close_at = None  # a connection of these threads has no age at which it ends
            connection.close_if_unusable_or_obsolete()
            self._used.at = time.monotonic()

    def _wake(self) -> None:
        """A database that was restarted meanwhile is found out here, not by the delivery."""
        rested = time.monotonic() - getattr(self._used, "at", 0.0) > REST
        if connection.connection is not None and rested and not connection.is_usable():
            connection.close()
        wrapper: Any = connection
        wrapper.health_check_done = True

    def _chain(self, names: list[str]) -> None:
        """The middleware of the site is named in its settings and made by the handler; here is another list."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answering: Any = self
        handler: Callable[..., Any] = convert_exception_to_response(answering._get_response)
        for name in reversed(names):
            made = import_string(name)(handler)
            if hasattr(made, "process_view"):
                self._view_middleware.insert(0, self.adapt_method_mode(False, made.process_view))
            handler = convert_exception_to_response(made)
        self._middleware_chain = handler


async def _body(receive: Receive) -> bytes | None:
    """All of it, or as much as shows that it is too much; None when the sender is gone."""
    parts: list[bytes] = []
    size = 0
    while size <= settings.BODY_LIMIT_OF_STRANGERS:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if not message.get("more_body"):
            break
    return b"".join(parts)


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
