"""Icons, fields, addresses and policy-bound buttons: what nearly every page uses."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol
from zlib import crc32

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from registry.kernel.audit import asof

register = template.Library()


class Verdict(Protocol):
    """What a policy answers: may it be done, and if not, why."""

    @property
    def allowed(self) -> bool: ...

    @property
    def reason(self) -> str: ...


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A symbol of the sprite. Decorative unless it has a label; size "sm" is 14 px instead of 16."""
    if label:
        return format_html(
            '<svg class="i {}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', size, label, _sprite(), name
        )
    return _decoration(name, size)


@cache
def _sprite() -> str:
    """Its address does not change while the process lives."""
    return static("icons/sprite.svg")


@lru_cache(maxsize=1000)
def _decoration(name: str, size: str) -> SafeString:
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', size, _sprite(), name)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, hint, error and control of one form field."""
    return bound.as_field_group()


@register.simple_tag
def query_with(query: QueryDict, **changes: Any) -> str:
    """The address query with some parameters replaced; None removes one, a list sets several values."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    return f"?{changed.urlencode()}"


@register.simple_tag
def query_without(query: QueryDict, name: str, value: object = None) -> str:
    """The address query without one parameter, or without one of its values; back on the first page."""
    changed = query.copy()
    kept = [] if value is None else [v for v in changed.getlist(name) if v != str(value)]
    changed.setlist(name, kept)
    changed.pop("page", None)
    return f"?{changed.urlencode()}"


@register.simple_tag
def hidden_query(query: QueryDict, *leave_out: str | Sequence[str]) -> SafeString:
    """Hidden inputs that carry the rest of the address through a search or filter form. Names come alone or listed."""
    left = {name for part in leave_out for name in ([part] if isinstance(part, str) else part)}
    pairs = [(name, value) for name, values in query.lists() if name not in left for value in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def refused(label: str, reason: str, style: str, mark: SafeString, key: str) -> SafeString:
    """A button that stays focusable, does nothing, and says why in words beside it."""
    why = f"why-{crc32(f'{key}|{label}'.encode()):x}"
    return format_html(
        '<span class="actionset"><button type="button" class="btn {}" aria-disabled="true" aria-describedby="{}">{}{}'
        '</button><span class="why" id="{}">{}</span></span>',
        style,
        why,
        mark,
        label,
        why,
        reason,
    )


def drawn(name: str) -> SafeString:
    return icon(name) if name else mark_safe("")


@register.simple_tag(takes_context=True)
def action(
    context: Context,
    verdict: Verdict,
    url: str,
    label: str,
    *,
    style: str = "",
    icon: str = "",
    method: str = "get",
) -> SafeString:
    """A link (or a one-button POST form) where the policy allows it, else the same button disabled with the reason.

    Nothing on a page that shows the past: there is nothing to do there.
    """
    if asof.moment() is not None:
        return mark_safe("")
    mark = drawn(icon)
    if not verdict.allowed:
        return refused(label, verdict.reason, style, mark, url)
    if method == "get":
        return format_html('<a class="btn {}" href="{}">{}{}</a>', style, url, mark, label)
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button type="submit" class="btn {}">{}{}</button></form>',
        url,
        context.get("csrf_token", ""),
        style,
        mark,
        label,
    )


@register.simple_tag
def submit_verdict(
    verdict: Verdict, label: str, *, style: str = "", icon: str = "", name: str = "", value: str = "", form: str = ""
) -> SafeString:
    """A submit button for a form of the page's own; `form` names it when the button stands outside."""
    if asof.moment() is not None:
        return mark_safe("")
    mark = drawn(icon)
    if not verdict.allowed:
        return refused(label, verdict.reason, style, mark, name + value + form)
    given: Iterable[tuple[str, str]] = [(k, v) for k, v in (("name", name), ("value", value), ("form", form)) if v]
    attributes = format_html_join("", ' {}="{}"', given)
    return format_html('<button type="submit" class="btn {}"{}>{}{}</button>', style, attributes, mark, label)


def nothing() -> SafeString:
    """What stands where there is no value: a dash to the eye, a word to the ear."""
    return format_html('<span class="muted">–<span class="vh">{}</span></span>', _("none"))
