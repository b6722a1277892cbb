"""Times, sizes, hashes, differences and rich text, written for people."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache

import nh3
from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt

from registry.kernel.audit.asof import clock
from registry.templatetags.holdfast import icon, nothing
from registry.templatetags.marks import state

register = template.Library()
SOON_DAYS = 30
LONG_TEXT = 60
SHORT_GAP = 3
RICH_TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "del"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}


def relative(at: datetime) -> str:
    now = clock()
    if abs(at - now) < timedelta(minutes=1):
        return _("just now")
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
    left = (wanted - timezone.localdate(clock())).days
    if done or left > SOON_DAYS:
        return day(wanted)
    if left < 0:
        tone, name = "bad", "alarm-clock"
        text = ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
    else:
        tone, name = "warn", "clock"
        text = _("today") if left == 0 else ngettext("in %(n)s day", "in %(n)s days", left) % {"n": left}
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        wanted.isoformat(),
        date_format(wanted, "j M Y"),
        state(tone, name, text),
    )


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


@register.filter
def plain(value: Decimal) -> str:
    """A number as people write it, without the zeros that a column of many places adds."""
    return f"{value.normalize():f}"


def joined(between: str, pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join(between, "{}", ((piece,) for piece in pieces))


def removed(text: str) -> SafeString:
    return format_html('<del><span class="vh">{} </span>{}</del>', _("removed"), text)


def added(text: str) -> SafeString:
    return format_html('<ins><span class="vh">{} </span>{}</ins>', _("added"), text)


def word_changes(before: str, after: str) -> Iterator[SafeString]:
    """Kept, removed and added runs of words; a lone space between two changes belongs to the change."""
    a, b = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    gone, new = "", ""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for place, (kind, a1, a2, b1, b2) in enumerate(codes):
        is_gap = kind == "equal" and 0 < place < len(codes) - 1 and a2 - a1 <= SHORT_GAP
        if kind != "equal" or is_gap:
            gone, new = gone + "".join(a[a1:a2]), new + "".join(b[b1:b2])
            continue
        yield from changed(gone, new)
        gone, new = "", ""
        yield format_html("{}", "".join(a[a1:a2]))
    yield from changed(gone, new)


def changed(gone: str, new: str) -> Iterator[SafeString]:
    if gone:
        yield removed(gone)
    if new:
        yield added(new)


@register.simple_tag
def diff(old: object, new: object) -> SafeString:
    """Old and new value; long text is compared word by word."""
    before, after = ("" if v is None else str(v) for v in (old, new))
    if before == after:
        return format_html("{}", after) if after else nothing()
    if max(len(before), len(after)) <= LONG_TEXT or not (before and after):
        return joined(" ", changed(before, after))
    return format_html('<span class="difftext">{}</span>', joined("", word_changes(before, after)))


@cache
def reader() -> MarkdownIt:
    """CommonMark without raw HTML and images; headings become bold paragraphs, so that the page keeps its outline."""
    parser = (
        MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
    )
    parser.add_render_rule("heading_open", lambda *_a: "<p><strong>")
    parser.add_render_rule("heading_close", lambda *_a: "</strong></p>\n")
    return parser


@register.filter(name="markdown")
def markdown_filter(text: str | None) -> SafeString:
    """Rich text somebody typed, made safe to show."""
    clean = nh3.clean(
        reader().render(text or ""),
        tags=RICH_TAGS | TABLE_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return format_html('<div class="prose">{}</div>', mark_safe(clean))  # noqa: S308 - nh3 made it safe


@register.simple_tag
def markdown(text: str | None) -> SafeString:
    return markdown_filter(text)
