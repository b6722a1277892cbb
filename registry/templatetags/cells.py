"""Cells of the register: those that show the same are drawn once a page."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from registry.filters.columns import Column
from registry.models import Workflow
from registry.models.workflow_words import Stage

register = template.Library()


def _open(workflow: Any) -> Hashable:
    """With something open the cell leads to this workflow's pages."""
    return workflow.pk if workflow.open_incidents or workflow.open_actions else None


DRAWN_BY: Mapping[str, Callable[[Any], Hashable]] = {
    "tier": lambda w: w.tier,
    "stage": lambda w: w.stage,
    "blind": lambda w: (w.is_running, w.is_blind),
    "ready": lambda w: (w.readiness, w.unready),
    "autonomy": lambda w: w.autonomy,
    "gate": lambda w: w.production_basis,
    "gaps": lambda w: w.gaps_missing,
    "drift": lambda w: w.drift,
    "attestation": lambda w: w.attestation_due_date,
    "owner": lambda w: w.business_owner_id,
    "review": lambda w: (w.stage == Stage.RETIRED, w.next_review_date),
    "open": _open,
    "unit": lambda w: w.business_unit_id,
    "vendor": lambda w: w.vendor_id,
    "impact": lambda w: w.impact,
    "public": lambda w: w.is_public_facing,
    "personal": lambda w: w.uses_personal_data,
    "technical": lambda w: w.technical_owner_id,
    "deputy": lambda w: w.deputy_id,
}
"""Column → all that its cell goes by; other columns are drawn for each row."""


@register.simple_tag(takes_context=True)
def cell(context: Context, w: Workflow, column: Column) -> SafeString:
    """One cell; `drawn` of the page keeps what was drawn on it."""
    goes_by = DRAWN_BY.get(column.key)
    if goes_by is None:
        return _drawn(context, w, column)
    drawn: dict[Hashable, SafeString] = context["drawn"]
    key = (column.key, goes_by(w))
    if key not in drawn:
        drawn[key] = _drawn(context, w, column)
    return drawn[key]


def _drawn(context: Context, w: Workflow, column: Column) -> SafeString:
    page: Any = get_template("registry/register/cell.html")
    with context.push(w=w, column=column):
        return SafeString(page.template.render(context))
