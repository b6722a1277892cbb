"""Times, sizes, hashes, differences and rich text, written for people."""

import re
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cache

import nh3
from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt

from registry.templatetags.holdfast import icon, nothing
from registry.templatetags.marks import state

register = template.Library()
SOON_DAYS = 30
LONG_TEXT = 60
RICH_TAGS = set("p br strong em code pre blockquote ul ol li a table thead tbody tr th td hr del".split())


def relative(at: datetime) -> str:
    now = timezone.now()
    if at <= now:
        return _("%(span)s ago") % {"span": timesince(at, now, depth=1)}
    return _("in %(span)s") % {"span": timeuntil(at, now, depth=1)}


def absolute(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """A point in time with its zone; how long ago in the tooltip."""
    if at is None:
        return nothing()
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), relative(at), absolute(at))


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """How long ago, or in how long; the point in time in the tooltip."""
    if at is None:
        return nothing()
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), absolute(at), relative(at))


@register.simple_tag
def day(value: date | None) -> SafeString:
    if value is None:
        return nothing()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j M Y"))


@register.simple_tag
def due(value: date | None, done: bool = False) -> SafeString:
    """A date with a claim on somebody: overdue, within thirty days, later, or not set."""
    if value is None:
        return state("mut", "circle-dashed", _("Not set"))
    wanted = timezone.localtime(value).date() if isinstance(value, datetime) else value
    left = (wanted - timezone.localdate()).days
    if done or left > SOON_DAYS:
        return day(wanted)
    if left < 0:
        tone, name = "bad", "alarm-clock"
        text = ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
    else:
        tone, name = "warn", "clock"
        text = _("today") if left == 0 else ngettext("in %(n)s day", "in %(n)s days", left) % {"n": left}
    return format_html('<time datetime="{}" title="{}">{}</time>', wanted.isoformat(), date_format(wanted, "j M Y"), state(tone, name, text))


@register.simple_tag
def filesize(size: int | None) -> str:
    return nothing() if size is None else filesizeformat(size)


@register.simple_tag
def shorthash(value: str) -> SafeString:
    """Both ends of a hash in mono, the whole of it in the tooltip and behind the copy button."""
    if not value:
        return nothing()
    shown = value if len(value) <= 18 else f"{value[:12]}…{value[-4:]}"
    return format_html(
        '<span class="hash mono"><span title="{}">{}</span>'
        '<button type="button" class="copy" data-copy="{}" aria-label="{}" hidden>{}</button></span>',
        value,
        shown,
        value,
        _("Copy the whole hash"),
        icon("copy", "sm"),
    )


def removed(text: str) -> SafeString:
    return format_html('<del><span class="vh">{} </span>{}</del>', _("removed"), text)


def added(text: str) -> SafeString:
    return format_html('<ins><span class="vh">{} </span>{}</ins>', _("added"), text)


@register.simple_tag
def diff(old: object, new: object) -> SafeString:
    """Old and new value; long text is compared word by word."""
    before, after = ("" if v is None else str(v) for v in (old, new))
    if before == after:
        return format_html("{}", after) if after else nothing()
    if max(len(before), len(after)) <= LONG_TEXT or not (before and after):
        return mark_safe(" ".join([removed(before)] * bool(before) + [added(after)] * bool(after)))
    a, b = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    pieces: list[str] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(format_html("{}", "".join(a[a1:a2])))
            continue
        if a1 != a2:
            pieces.append(removed("".join(a[a1:a2])))
        if b1 != b2:
            pieces.append(added("".join(b[b1:b2])))
    return mark_safe(f'<span class="difftext">{"".join(pieces)}</span>')  # every piece was escaped above


@cache
def reader() -> MarkdownIt:
    """CommonMark without raw HTML and images; a heading is a bold paragraph, so that the page keeps its outline."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
    parser.add_render_rule("heading_open", lambda *_a: "<p><strong>")
    parser.add_render_rule("heading_close", lambda *_a: "</strong></p>\n")
    return parser


@register.filter(name="markdown")
def markdown_filter(text: str | None) -> SafeString:
    """Rich text somebody typed, made safe to show."""
    html = nh3.clean(
        reader().render(text or ""),
        tags=RICH_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(f'<div class="prose">{html}</div>')  # cleaned by nh3 just above


@register.simple_tag
def markdown(text: str | None) -> SafeString:
    return markdown_filter(text)
