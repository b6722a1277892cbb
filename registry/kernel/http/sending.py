"""Files the API hands out: always an attachment, never something a browser would run."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from registry.kernel.http.downloads import download

Method = Callable[..., Any]
BYTES = "application/octet-stream"


class AnyMedia(DefaultContentNegotiation):
    """A file is sent as it is, whatever is asked for; problems are JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        renderer = JSONRenderer()
        return renderer, renderer.media_type


def sent(
    request: Request, stream: BinaryIO, *, filename: str, content_type: str = BYTES, size: int | None = None
) -> HttpResponseBase:
    """`size` in bytes, where it is known: then a stream that breaks off is seen as broken."""
    answer = download(request._request, stream, filename=filename, content_type=content_type, size=size)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sends(content_type: str = BYTES) -> Callable[[Method], Method]:
    """Describes an action that answers with a file."""
    described: Callable[[Method], Method] = extend_schema(responses={(200, content_type): OpenApiTypes.BINARY})
    return described
