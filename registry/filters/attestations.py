"""Filters of attestations, for the page of a campaign, its files and the API alike."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.attesting import AttestationState
from registry.filters.conditions import NOT_TIERED, is_number, numbers
from registry.filters.workflows import TIER, ChoiceOrNumberFilter
from registry.kernel.audit.asof import clock
from registry.kernel.searching import prefix_query
from registry.models import Attestation
from registry.models.attestations import STILL_OPEN

Rows = QuerySet[Attestation]
LATE = "LATE"
STATES = [(LATE, _("Late")), *AttestationState.choices()]
ASKED = [("me", _("Me")), ("none", _("Nobody to ask"))]
SORTS = {
    "workflow": ("workflow__name", False),
    "tier": ("workflow__tier", False),
    "asked": ("assignee__name", True),
    "state": ("state", False),
    "due": ("campaign__due_date", False),
    "attested": ("attested_at", True),
}
"""Key → field, and whether it may lack a value."""
SORT = "workflow"


def today() -> date:
    return timezone.localdate(clock())


def in_state(state: str) -> Q:
    if state == LATE:
        return STILL_OPEN & Q(campaign__status="OPEN", campaign__due_date__lt=today())
    return Q(state=state)


def is_sort(sort: str) -> bool:
    return sort.removeprefix("-") in SORTS


def ordered(rows: Rows, sort: str) -> Rows:
    """What has no value stands last in both directions; equal rows always stand in the same order."""
    field, may_lack = SORTS[sort.removeprefix("-") if is_sort(sort) else SORT]
    is_descending = sort.startswith("-")
    place = OrderBy(F(field), descending=is_descending, nulls_last=True if is_descending and may_lack else None)
    return rows.order_by(place, "-pk" if is_descending else "pk")


class AttestationFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=STATES, method="by_state")
    asked = ChoiceOrNumberFilter(label=_("Asked"), choices=ASKED, method="by_asked")
    tier = django_filters.MultipleChoiceFilter(label=_("Risk tier"), choices=TIER, method="by_tier")
    campaign = django_filters.NumberFilter(label=_("Campaign number"), field_name="campaign", max_value=2**63 - 1)
    workflow = django_filters.NumberFilter(label=_("Workflow number"), field_name="workflow", max_value=2**63 - 1)

    class Meta:
        model = Attestation
        fields: list[str] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        number = value.strip().upper().removeprefix("WF-").lstrip("0")
        found = Q(pk__isnull=True)
        if (query := prefix_query(value)) is not None:
            found |= Q(workflow__search=query)
        if is_number(number):
            found |= Q(workflow=int(number))
        return rows.filter(found)

    def by_state(self, rows: Rows, name: str, value: list[str]) -> Rows:
        wanted = Q()
        for state in value:
            wanted |= in_state(state)
        return rows.filter(wanted)

    def by_asked(self, rows: Rows, name: str, value: list[str]) -> Rows:
        if not value:
            return rows
        people = numbers(value)
        if "me" in value and self.request is not None:
            people.append(self.request.user.pk)
        nobody = Q(assignee__isnull=True) if "none" in value else Q(pk__isnull=True)
        return rows.filter(Q(assignee__in=people) | nobody)

    def by_tier(self, rows: Rows, name: str, value: list[str]) -> Rows:
        tiers = ["" if tier == NOT_TIERED else tier for tier in value]
        return rows.filter(workflow__tier__in=tiers) if value else rows


def filtered(query: Any, rows: Rows, request: Any) -> AttestationFilter:
    return AttestationFilter(query, rows, request=request)
