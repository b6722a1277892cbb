"""Browsers of other sites that may ask: workflows that run in a page served from elsewhere.

Only the origins that the operator names are answered so, and never with cookies: the key in the request is what counts.
"""

from typing import Any, Final

from django.conf import settings

ALLOWED: Final = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, if-none-match, x-api-key, cache-control"),
    (b"access-control-max-age", b"600"),
]
EXPOSED: Final = (b"access-control-expose-headers", b"etag, retry-after")
VARIES: Final = (b"vary", b"origin")
Headers = list[tuple[bytes, bytes]]


def sharing(scope: Any) -> Headers:
    """What an answer says to the browser that asked; nothing where no other site may ask."""
    allowed = settings.CONTROL_ORIGINS
    if not allowed:
        return []
    origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
    if origin.decode("latin-1") not in allowed:
        return [VARIES]
    return [VARIES, (b"access-control-allow-origin", origin), EXPOSED]
