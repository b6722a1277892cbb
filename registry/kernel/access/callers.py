"""Whether somebody stands behind a request, told from its headers alone, before its body is taken in."""

from collections.abc import Mapping
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from registry.kernel.access.tokens import holder


def is_known(headers: Mapping[str, str], *, at: datetime) -> bool:
    """A session of somebody who signed in, or a living token. Names of headers are in lower case.

    What the person may do is decided later, as always; a header that only looks like one of these opens nothing.
    """
    scheme, _space, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return holder(secret.strip(), at=at) is not None
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if cookie is None:
        return False
    return SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
