"""Every address of the site, filled with the records of a data set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from incidents.returning import key_of
from tests.access.dataset import Site

LIBRARIES = ("account/", "api/", "static/")
"""Addresses of libraries, and the API, which has a walk of its own."""


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    url: str
    view: Any


def patterns(found: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if found is None else found:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif not route.startswith(LIBRARIES):
            yield route, pattern


def addresses(site: Site) -> Iterator[Address]:
    for route, pattern in patterns():
        arguments = {
            name: _value(site, route, name, converter) for name, converter in pattern.pattern.converters.items()
        }
        url = reverse(pattern.name, kwargs=arguments) if pattern.name else "/" + route
        yield Address(pattern.name or route, route, url, pattern.callback)


def _value(site: Site, route: str, name: str, converter: Any) -> Any:
    if name in {"number", "size"}:
        return {"number": 2, "size": 1}[name]
    if name == "option_pk":
        return site.objects["containment"].pk
    if name.endswith("pk"):
        return site.objects[_kind(site, route)].pk
    if route.startswith("audit/chain/"):
        return {"label": "registry.workflow", "key": str(site.objects["workflows"].pk)}[name]
    known = {
        "role": "SCRIBE", "key": _key(site, route), "what": "owner", "slug": "federal-2024",
        "step": "NOTICES" if route.startswith("incidents/") else "autonomy",
        "kind": "go-live" if "gates/" in route else "csv",
        "of": "signals", "public_id": "nobody", "which": "escalation", "question": "containment",
        "template": "agent",
    }  # fmt: skip
    choices = getattr(converter, "regex", "").strip("()?:").split("|")
    if len(choices) > 1:
        return choices[0]
    return known.get(name, "contain" if route.startswith("incidents/") else choices[0])


def _key(site: Site, route: str) -> str:
    if route.startswith("incidents/"):
        return key_of(site.objects["workflows"].pk, "Letters are right")
    return "ROLLBACK" if route.startswith("vendors/") else "KILL_SWITCH"


def _kind(site: Site, route: str) -> str:
    """The longest known beginning of the route."""
    fits = [kind for kind in site.objects if route.startswith(kind + "/")]
    assert fits, f"tests/access/dataset.py has no record for {route}"
    return max(fits, key=len)
