"""Creating once: the same `Idempotency-Key` with the same content gives the first answer again."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from registry.kernel.files import HashedUpload
from registry.kernel.http.remembered import fingerprint_of, once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def answered_once(request: Request, make: Callable[[], Any], *, status: int) -> Response:
    """What `make` returns, or what it returned when this caller first sent the same key to the same address.

    Without a key it is simply made. Content is compared by its meaning: order and spaces in JSON do not matter,
    of a file only its bytes.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return Response(make(), status=status)
    if not _KEY.fullmatch(key):
        raise ParseError(f"{HEADER} must be 1 to 64 visible ASCII characters.")
    print_of_content = fingerprint_of(request.path, _content(request))
    caller = cast(AbstractBaseUser, request.user)
    with once(caller, f"api:{fingerprint_of(request.path)[:32]}:{key}", print_of_content) as attempt:
        if attempt.earlier is not None:
            return Response(attempt.earlier.body, status=attempt.earlier.status, headers={REPLAYED: "true"})
        body = json.loads(json.dumps(make(), cls=JSONEncoder))
        attempt.remember(status=status, body=body)
        return Response(body, status=status)


def _content(request: Request) -> str:
    fields: Any = request.data
    if request.FILES:
        fields = {name: fields.getlist(name) for name in fields if name not in request.FILES}
        fields |= {name: [_digest(file) for file in request.FILES.getlist(name)] for name in request.FILES}
    return json.dumps(fields, sort_keys=True, default=str)


def _digest(file: Any) -> str:
    return file.sha256 if isinstance(file, HashedUpload) else str(file.size)
