"""The request of a page behind a policy: somebody is signed in."""

from typing import Any

from django.http import HttpRequest

from registry.models import User


class SignedInRequest(HttpRequest):
    user: User
    past: Any = None
    """The moment the page is shown at (registry.views.past.Then), where that is not now."""


def query_of(request: HttpRequest, *without: str) -> str:
    """What a list is asked for, without page, moment and what is named: for its files, and to find its tab."""
    query = request.GET.copy()
    for name in ("page", "at", "zone", *without):
        query.pop(name, None)
    return query.urlencode()
