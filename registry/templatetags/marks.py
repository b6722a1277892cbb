"""Marks: severity, tier, states, people, meters. Each is shape, word and colour; none depends on colour alone."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.templatetags.holdfast import icon

register = template.Library()

OCTAGON = mark_safe('<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/>')
DIAMOND = mark_safe('<path d="M8 .8 15.2 8 8 15.2.8 8z"/>')
TRIANGLE = mark_safe('<path d="M8 1.5 15.5 15H.5z"/>')
RING = mark_safe('<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="2.4"/>')

SEVERITIES = {
    "SEV-1": ("sev1", OCTAGON, "SEV-1"),
    "SEV-2": ("sev2", DIAMOND, "SEV-2"),
    "SEV-3": ("sev3", TRIANGLE, "SEV-3"),
    "NEAR-MISS": ("sev4", RING, gettext_lazy("Near miss")),
    "QUALITY-ISSUE": ("sev4", RING, gettext_lazy("Quality issue")),
}
TIERS = {
    "T1": (1, gettext_lazy("T1 Critical")),
    "T2": (2, gettext_lazy("T2 High")),
    "T3": (3, gettext_lazy("T3 Moderate")),
    "T4": (4, gettext_lazy("T4 Low")),
}


@register.simple_tag
def severity(value: str | None, size: str = "") -> SafeString:
    """Badge of a severity symbol (SEV-1 or SEV_1 … QUALITY_ISSUE); anything else is "Not classified"."""
    known = SEVERITIES.get((value or "").replace("_", "-"))
    css, shape, word = known or ("sev4", RING, _("Not classified"))
    return format_html(
        '<span class="badge {} {}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        css,
        size,
        shape,
        word,
    )


@register.simple_tag
def tier(value: str | None, size: str = "") -> SafeString:
    """Badge of a risk tier: the more bars, the more critical."""
    level, word = TIERS.get(value or "", (5, _("Not tiered")))
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="2.8" height="{}"/>',
        (("" if k < 5 - level else "off", k * 4, f"{10 - k * 3.3:.1f}", f"{4 + k * 3.3:.1f}") for k in range(4)),
    )
    return format_html(
        '<span class="badge t{} {}"><svg viewBox="0 0 15 14" aria-hidden="true">{}</svg>{}</span>',
        min(level, 4),
        size,
        bars,
        word,
    )


@register.simple_tag
def state(tone: str, name: str, text: str) -> SafeString:
    """Icon, word and colour. Tones: ok, warn, bad, act (in motion), mut (at rest)."""
    return format_html('<span class="state {}">{}{}</span>', tone, icon(name, "sm"), text)


def name_of(user: object) -> str:
    return str(getattr(user, "name", "") or user)


def initials(name: str) -> str:
    words = name.partition("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def avatar(user: object | None, size: str = "") -> SafeString:
    """The person's initials in a disc; always stands beside the name or inside something labelled."""
    return format_html(
        '<span class="av {}" aria-hidden="true">{}</span>', size, initials(name_of(user)) if user else "?"
    )


@register.simple_tag
def person(user: object | None, missing: str = "") -> SafeString:
    """Initials and name; nobody is flagged, because a thing without an owner is a finding."""
    if not user:
        return format_html('<span class="who orphan">{}{}</span>', avatar(None), missing or _("Nobody"))
    return format_html('<span class="who">{}{}</span>', avatar(user), name_of(user))


@register.simple_tag
def meter(met: int, total: int, blocked: int = 0, partial: int = 0, noun: str = "") -> SafeString:
    """One bar per gate: met, part met, blocked (taller as well as red), open."""
    kinds = (["", "p", "b", "g"][k] for k, n in enumerate((met, partial, blocked, total)) for _i in range(n))
    segments = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="5" height="{}" rx="1"/>',
        (
            (kind, k * 7 + 0.5, 0.5 if kind == "b" else 3, 14 if kind == "b" else 9)
            for k, kind in zip(range(total), kinds, strict=False)
        ),
    )
    heard = noun or _("gates met")
    if blocked:
        heard += ", " + _("%(count)s blocked") % {"count": blocked}
    return format_html(
        '<span class="meter"><svg width="{}" height="15" aria-hidden="true">{}</svg>'
        '<span>{}<span class="muted">/{}</span><span class="vh"> {}</span></span></span>',
        total * 7,
        segments,
        met,
        total,
        heard,
    )


@register.simple_tag
def sparkbar(n: float, largest: float) -> SafeString:
    """A small bar beside a number that is also written out."""
    width = round(60 * n / largest, 1) if largest else 0
    return format_html(
        '<svg class="spark" width="60" height="6" aria-hidden="true"><rect width="60" height="6" rx="2"/>'
        '<rect class="v" width="{}" height="6" rx="2"/></svg>',
        width,
    )
