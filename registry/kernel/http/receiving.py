"""Receiving the body of a request: it lies on disk before anything looks at it, so a full disk and a body without
end are met here, and answered in a sentence. What a stranger may send is small: their body would lie there before
anybody asks who they are.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.utils import timezone

from registry.kernel.access.callers import is_known
from registry.kernel.storage.disk import FULL

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

AROUND_A_FILE = 64 * 1024 * 1024
"""Bytes that a body may have beyond the largest file: other fields, and enough of a file that is a little too large
for its form to be shown again with what was typed.
"""
MOST = 1 << 62
"""No limit beside the one for evidence, for addresses that have none of their own in BODY_LIMITS."""
PROGRAMS = "/in/"
"""Beginning of the addresses where programs deliver."""
TOO_LARGE = "This is larger than what is taken here. Nothing of it was kept."
NO_ROOM = "There is no room left to receive this. Nothing of it was kept. Tell an administrator."


class _Endless(Exception):
    """More was sent than is taken."""


class _Room:
    """How much of the body of one request is taken in."""

    def __init__(self, scope: Any) -> None:
        own = settings.BODY_LIMITS.get(scope.get("path"))
        self.scope = scope
        self.most = min(settings.EVIDENCE_MAX_BYTES, MOST if own is None else own) + AROUND_A_FILE
        # An address with a limit of its own is open to everybody. Elsewhere it is asked who it is, once that matters.
        self.taken = self.most if own is not None else min(self.most, settings.BODY_LIMIT_OF_STRANGERS)

    async def require(self, size: int) -> None:
        """Raise when `size` bytes are more than this caller may send."""
        if size > self.taken and size <= self.most and await sync_to_async(_is_known)(self.scope):
            self.taken = self.most
        if size > self.taken:
            raise _Endless


class Site(ASGIHandler):
    async def handle(self, scope: Any, receive: Receive, send: Send) -> None:
        room = _Room(scope)
        received, has_begun = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            await room.require(received)
            return message

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await room.require(_announced(scope))
            await super().handle(scope, counted, sending)
        except _Endless:
            await say(send, 413, TOO_LARGE, scope)
        except OSError as failure:
            if has_begun or failure.errno not in FULL:
                raise
            await say(send, 507, NO_ROOM, scope)


def _is_known(scope: Any) -> bool:
    try:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
        return is_known(headers, at=timezone.now())
    finally:
        close_old_connections()


def _announced(scope: Any) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def say(send: Send, status: int, sentence: str, scope: Any, *more: tuple[bytes, bytes]) -> None:
    """In plain text to people, as a problem document to programs that send signals."""
    body, media = f"{sentence}\n".encode(), b"text/plain; charset=utf-8"
    if str(scope.get("path", "")).startswith(PROGRAMS):
        body, media = json.dumps({"status": status, "title": sentence}).encode(), b"application/problem+json"
    headers = [(b"content-type", media), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
