"""The way from a record to everything that happened to it, for those who read the site-wide history."""

from typing import Any

from django import template
from django.db import models
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from registry.policies.records import may_see_audit
from registry.templatetags.holdfast import icon

register = template.Library()


def chain_url(label: str, key: object) -> str:
    return reverse("audit-chain", args=[label, key])


@register.simple_tag(takes_context=True)
def audit_chain(context: Context, record: models.Model, css: str = "btn") -> SafeString:
    """A link to the record's chain; nothing for everybody else. In a menu the link goes without a class."""
    user: Any = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated or not may_see_audit(user):
        return mark_safe("")
    return format_html(
        '<a{} href="{}">{}{}</a>',
        format_html(' class="{}"', css) if css else "",
        chain_url(record._meta.label_lower, record.pk),
        icon("link"),
        _("Audit chain"),
    )
