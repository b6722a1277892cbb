"""How often one address may ask a page that is open to everybody, counted in the cache that all web processes share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from registry.kernel.access.sign_ins import client_ip

log = structlog.get_logger(__name__)
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Limit:
    """`most` requests by one address in each stretch of `seconds`."""

    name: str
    most: int
    seconds: int = 60

    def wait(self, request: HttpRequest) -> int:
        """Seconds until this address may ask again; zero when it may now, and while nobody can count."""
        now = int(time.time())
        key = f"limit:{self.name}:{client_ip(request)}:{now // self.seconds}"
        try:
            cache.add(key, 0, timeout=self.seconds)
            asked = cache.incr(key)
        except (RedisError, OSError) as failure:
            log.warning("requests not counted", limit=self.name, why=type(failure).__name__)
            return 0
        except ValueError:  # it ran out between the two
            return 0
        return 0 if asked <= self.most else self.seconds - now % self.seconds


def sentence(seconds: int) -> str:
    return _("Too many requests came from your address. Try again in %(seconds)s seconds.") % {"seconds": seconds}


def limited(limit: Limit, *, as_text: bool = False) -> Callable[[View], View]:
    """Stands below `page`. `as_text` is for what programs read."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            seconds = limit.wait(request)
            if not seconds:
                return view(request, *args, **kwargs)
            answer: HttpResponse
            if as_text:
                answer = HttpResponse(f"{sentence(seconds)}\n", status=429, content_type="text/plain; charset=utf-8")
            else:
                answer = render(request, "429.html", {"reason": sentence(seconds)}, status=429)
            answer.headers["Retry-After"] = str(seconds)
            return answer

        return counted

    return decorate
