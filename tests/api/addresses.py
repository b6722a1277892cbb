"""Every address of the API, filled in with keys of the test world."""

import re
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

UNSAFE = ("post", "put", "patch", "delete")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def operations() -> list[tuple[str, str]]:
    """Method and route of everything below /api/v1/, in the routes' own notation."""
    found: set[tuple[str, str]] = set()
    _walk(get_resolver().url_patterns, "", found)
    return sorted(found)


def _walk(patterns: Any, before: str, found: set[tuple[str, str]]) -> None:
    for pattern in patterns:
        route = before + str(getattr(pattern.pattern, "_route", ""))
        if isinstance(pattern, URLResolver):
            if "api/v1/".startswith(route) or route.startswith("api/v1/"):
                _walk(pattern.url_patterns, route, found)
        elif isinstance(pattern, URLPattern) and route.startswith("api/v1/"):
            actions = getattr(pattern.callback, "actions", None) or {"get": "get"}
            found.update((method, f"/{route}") for method in actions if method != "head")


def filled(route: str, keys: dict[str, Any]) -> str:
    """The route with each parameter replaced by the key of the record its collection stands for."""
    parts = route.split("/")
    for place, part in enumerate(parts):
        if _PARAMETER.fullmatch(part):
            parts[place] = "accept" if "verb" in part else str(keys[parts[place - 1]])
    return "/".join(parts)
