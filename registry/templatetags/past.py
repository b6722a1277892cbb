"""The way into the past: a small form in a menu, and the moments that a record offers itself."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from registry.forms.past import zones
from registry.kernel.http.moments import PARAMETER, ZONE

register = template.Library()


@register.inclusion_tag("past/control.html", takes_context=True)
def time_travel(
    context: Context, moments: Sequence[Any] = (), difference: str = "", pk: int | None = None, path: str = ""
) -> dict[str, Any]:
    """`moments` are `registry.views.past.choices`; `difference` names the page that compares two moments of `pk`.

    `path` is the page that knows the past, where that is not the page at hand.
    """
    request = context["request"]
    past = getattr(request, "past", None)
    shown = timezone.localtime(past.at if past else None)
    return {
        "request": request,
        "path": path or request.path,
        "rest": [] if path else _rest(request.GET),
        "moments": moments,
        "zones": zones(),
        "zone": timezone.get_default_timezone_name(),
        "shown": shown.strftime("%Y-%m-%dT%H:%M"),
        "past": past,
        "compare_url": reverse(difference, args=[pk]) if difference and pk else "",
    }


def _rest(query: QueryDict) -> list[tuple[str, str]]:
    """The filters of a list go along into the past."""
    left_out = (PARAMETER, ZONE, "page")
    return [(name, value) for name, values in query.lists() if name not in left_out for value in values]


@register.filter
def then(url: str, past: Any) -> str:
    """The same address at the moment that is being shown; unchanged where that is now."""
    if not past or not url:
        return url
    address, mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={past.text}{mark}{fragment}"


@register.simple_tag(takes_context=True)
def then_url(context: Context, name: str, *args: Any) -> str:
    """The address of a page, at the moment that is being shown."""
    return then(reverse(name, args=args), getattr(context["request"], "past", None))
