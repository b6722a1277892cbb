"""The decorator of every page: who may open it, by which methods."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from registry.kernel.access.verdict import ALLOWED, Policy, Verdict, require

View = Callable[..., HttpResponseBase]


def anyone(user: Any) -> Verdict:
    """Open without signing in: health and the sign-in pages only."""
    return ALLOWED


def page(policy: Policy, *methods: str) -> Callable[[View], View]:
    """Only people whom `policy(user)` allows, only by `methods` (GET and POST unless given).

    Whoever is not signed in goes to the sign-in page first and comes back. What depends on the record
    at hand is asked inside the view, with the same policies that the services ask.
    """
    allowed = methods or ("GET", "POST")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if policy is not anyone and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(policy, request.user)
            if request.method not in (*allowed, "HEAD", "OPTIONS"):
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        cast(Any, guarded).policy = policy
        return guarded

    return decorate
