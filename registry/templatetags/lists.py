"""What list pages share: sortable headings, facets with counts, paging."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from registry.custom_values import FieldKind, shown
from registry.filters.columns import own_cell
from registry.models import CustomField, Workflow
from registry.templatetags.holdfast import icon, nothing, query_with
from registry.templatetags.words import day

register = template.Library()


@register.simple_tag(takes_context=True)
def sort_header(context: Context, key: str, label: str, css: str = "", parameter: str = "sort") -> SafeString:
    """A column heading that links to the same list sorted by it; a second use turns the order round."""
    query = context["request"].GET
    current = query.get(parameter) or context.get("sort", "")
    is_ascending, is_descending = current == key, current == f"-{key}"
    target = query_with(query, **{parameter: f"-{key}" if is_ascending else key, "page": None})
    name = "arrow-up" if is_ascending else "arrow-down" if is_descending else ""
    order = "ascending" if is_ascending else "descending" if is_descending else ""
    return format_html(
        '<th scope="col" class="{}"{}><a class="sort" href="{}">{}{}</a></th>',
        css,
        format_html(' aria-sort="{}"', order) if order else "",
        target,
        label,
        icon(name, "sm") if name else "",
    )


def attribute(option: Any, name: str) -> Any:
    return option.get(name) if isinstance(option, Mapping) else getattr(option, name)


@register.inclusion_tag("components/facet.html")
def facet(name: str, label: str, options: Iterable[Any], shown: int = 8) -> dict[str, Any]:
    """Checkboxes with counts. Options carry value, label, count, is_selected; those after `shown` fold away."""
    read = [{k: attribute(o, k) for k in ("value", "label", "count", "is_selected")} for o in options]
    largest = max((o["count"] or 0 for o in read), default=0) or 1
    for option in read:
        option["width"] = round(100 * (option["count"] or 0) / largest)
    first, rest = read[:shown], read[shown:]
    is_open = any(o["is_selected"] for o in rest)
    return {"name": name, "label": label, "first": first, "rest": rest, "is_open": is_open}


@register.simple_tag
def facet_option(name: str, option: Mapping[str, Any]) -> SafeString:
    """One checkbox of a facet; a page has a hundred of them."""
    bar = (
        format_html(
            '<span class="n num">{}</span><svg class="bar" preserveAspectRatio="none" viewBox="0 0 100 3" '
            'aria-hidden="true"><rect width="{}" height="3"/></svg>',
            option["count"],
            option["width"],
        )
        if option["count"] is not None
        else ""
    )
    return format_html(
        '<label class="facet"><input type="checkbox" name="{}" value="{}"{}><span>{}</span>{}</label>',
        name,
        option["value"],
        mark_safe(" checked") if option["is_selected"] else "",
        option["label"],
        bar,
    )


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Where in the list one is, and the way to its other pages."""
    query = context["request"].GET
    numbers = [
        {"number": n, "url": query_with(query, **{parameter: n}) if isinstance(n, int) else ""}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": query_with(query, **{parameter: page.number - 1}),
        "next": query_with(query, **{parameter: page.number + 1}),
    }


@register.simple_tag
def own_value(workflow: Workflow, field: CustomField) -> object:
    """The cell of a custom field: an address to follow, a day as days are written, anything else as text."""
    value: Any = own_cell(workflow, field)
    if value == "":
        return nothing()
    if field.kind == FieldKind.LINK:
        return format_html('<a href="{}" rel="noreferrer nofollow" title="{}">{}</a>', value, value, shown(value))
    return day(value) if field.kind == FieldKind.DATE else shown(value)
