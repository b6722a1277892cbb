"""Answers that last: a view decides who may have one, and is done before the first event goes out.

A request holds a thread and its connection to the database until its answer is complete. A stream that is open for
hours must hold neither, so its view hands it over, and it goes on here once the request is over.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from registry.kernel.http.streams import HEADERS

Headers = list[tuple[bytes, bytes]]
Hold = Callable[[Any, Any, Headers], Awaitable[None]]
_KEY: Final = "holdfast.lasting"
_OWN: Final = {name for name, _value in HEADERS} | {b"content-length"}


def handed_over(request: HttpRequest, hold: Hold) -> HttpResponse:
    """The beginning of a stream that `hold(receive, send, headers)` goes on with.

    Where nothing can last (a server without ASGI, a mere question for headers) this beginning is all there is, and
    clients come again after the time it names.
    """
    scope = getattr(request, "scope", None)
    if scope is not None and request.method == "GET":
        scope[_KEY] = hold
    answer = HttpResponse(b"retry: 15000\n\n")
    for name, value in HEADERS:
        answer[name.decode()] = value.decode()
    return answer


class Lasting:
    """The site, with those answers that last held open after their requests."""

    def __init__(self, site: Any) -> None:
        self.site = site

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun: list[Headers] = []

        async def sending(message: Any) -> None:
            if _KEY not in scope:
                await send(message)
            elif message["type"] == "http.response.start":
                begun.append([(name, value) for name, value in message["headers"] if name.lower() not in _OWN])

        await self.site(scope, receive, sending)
        if begun:
            await scope[_KEY](receive, send, [*HEADERS, *begun[0]])
