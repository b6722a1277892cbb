"""Reading bodies: JSON of a bearable size and depth, files of a bearable size."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request


class TooLarge(APIException):
    status_code = 413
    default_code = "too-large"
    default_detail = "The body is too large."


class JSONParser(parsers.JSONParser):
    """Never reads more than the limit into memory, whatever the length header claims."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise TooLarge(f"A JSON body has at most {limit} bytes.")
        try:
            parsed = super().parse(BytesIO(content), media_type, parser_context)
            if b"\\u" in content:
                json.dumps(parsed, ensure_ascii=False).encode()  # an escape can spell half a character
        except RecursionError as too_deep:
            raise ParseError("JSON parse error - nested too deeply.") from too_deep
        except UnicodeEncodeError as half:
            raise ParseError("JSON parse error - half a character (a lone surrogate).") from half
        return parsed


def refuse_too_large(request: Request) -> None:
    """The upload handler drops a file that cannot be kept and leaves a mark; here the caller is told."""
    request.data  # noqa: B018 (reads the body)
    if problem := getattr(request._request, "storage_problem", None):
        raise problem
    if name := getattr(request._request, "too_large", ""):
        raise TooLarge(f"“{name}” is larger than {settings.EVIDENCE_MAX_BYTES} bytes.")
