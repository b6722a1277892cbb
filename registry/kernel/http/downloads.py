"""Sending a file in pieces, whichever way the site is served."""

from collections.abc import AsyncIterator, Iterator
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

PIECE = 256 * 1024


def download(
    request: HttpRequest, stream: IO[bytes], *, filename: str, content_type: str, size: int | None = None
) -> HttpResponseBase:
    """The whole of `stream` as an attachment. Under ASGI a plain file response would be read into memory first.

    With `size` (bytes) announced, a stream that breaks off is seen as broken by whoever receives it.
    """
    if stream.seekable():
        stream.seek(0)
    response: HttpResponseBase
    if isinstance(request, ASGIRequest):
        response = StreamingHttpResponse(_pieces(stream), content_type=content_type)
        response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    else:
        response = FileResponse(stream, as_attachment=True, filename=filename, content_type=content_type)
    if size is not None:
        response.headers["Content-Length"] = str(size)
    return response


def stream(request: HttpRequest, pieces: Iterator[bytes], *, filename: str, content_type: str) -> StreamingHttpResponse:
    """What `pieces` yields, as an attachment, sent while it is still being made."""
    content: Any = _one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await sync_to_async(lambda: next(pieces, b""))():
        yield piece


async def _pieces(stream: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(stream.read)(PIECE):
            yield piece
    finally:
        stream.close()
