"""The decorator of every page: who may open it, by which methods."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from registry.kernel.access.verdict import ALLOWED, Policy, Verdict, require
from registry.kernel.http.errors import OnlyNow
from registry.kernel.http.moments import PARAMETER

View = Callable[..., HttpResponseBase]


def anyone(user: Any) -> Verdict:
    """Open without signing in: health and the sign-in pages only."""
    return ALLOWED


def reads_moments(view: View) -> View:
    """A view that makes something of the moment in its address. Below `page`."""
    cast(Any, view).reads_moments = True
    return view


def page(policy: Policy, *methods: str) -> Callable[[View], View]:
    """Only people whom `policy(user)` allows, only by `methods` (GET and POST unless given).

    Whoever is not signed in goes to the sign-in page first and comes back. What depends on the record
    at hand is asked inside the view, with the same policies that the services ask.

    A moment in the address is refused unless the view `reads_moments`: a page that answered with what is so now
    would be taken for what was so then.
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
            if PARAMETER in request.GET and not getattr(view, "reads_moments", False):
                raise OnlyNow
            return view(request, *args, **kwargs)

        cast(Any, guarded).policy = policy
        return guarded

    return decorate
