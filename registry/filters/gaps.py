"""Filters of the list of gaps over all workflows, for its page, its files and the API alike."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.capabilities import CAPABILITIES
from registry.filters.conditions import NOT_TIERED, is_number, numbers
from registry.filters.workflows import TIER, ChoiceOrNumberFilter
from registry.gaps import GapState
from registry.kernel.audit.asof import clock
from registry.kernel.searching import prefix_query
from registry.models import CapabilityRecord, Stage
from registry.models.capabilities import in_state, missing
from registry.risk_areas import Area

Rows = QuerySet[CapabilityRecord]
OWNER = [("me", _("Mine")), ("none", _("Nobody named"))]
SORTS = {
    "due": ("due_date", True),
    "workflow": ("workflow__name", False),
    "tier": ("workflow__tier", False),
    "capability": ("capability", False),
    "owner": ("owner__name", True),
}
"""Key → field, and whether it may lack a value."""
SORT = "due"


def listed() -> Rows:
    """What is asked for by the newest assessments of workflows that are not retired."""
    rows: Rows = CapabilityRecord.objects.required().exclude(workflow__stage=Stage.RETIRED)
    return rows


def today() -> date:
    return timezone.localdate(clock())


def keys_of(area: str) -> list[str]:
    return [capability.key for capability in CAPABILITIES if capability.area == area]


def is_sort(sort: str) -> bool:
    return sort.removeprefix("-") in SORTS


def ordered(rows: Rows, sort: str) -> Rows:
    """What has no value stands last in both directions; equal rows always stand in the same order."""
    field, may_lack = SORTS[sort.removeprefix("-") if is_sort(sort) else SORT]
    is_descending = sort.startswith("-")
    place = OrderBy(F(field), descending=is_descending, nulls_last=True if is_descending and may_lack else None)
    return rows.order_by(place, "-pk" if is_descending else "pk")


class GapFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Without `state`: what is missing, late or not."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=GapState.choices, method="by_state")
    area = django_filters.MultipleChoiceFilter(label=_("Area"), choices=Area.choices, method="by_area")
    capability = django_filters.MultipleChoiceFilter(
        label=_("Capability"), choices=[(capability.key, capability.name) for capability in CAPABILITIES]
    )
    owner = ChoiceOrNumberFilter(label=_("Owner"), choices=OWNER, method="by_owner")
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="by_overdue")
    tier = django_filters.MultipleChoiceFilter(label=_("Risk tier"), choices=TIER, method="by_tier")
    workflow = django_filters.NumberFilter(label=_("Workflow number"), field_name="workflow", max_value=2**63 - 1)

    class Meta:
        model = CapabilityRecord
        fields: list[str] = []

    def filter_queryset(self, queryset: Rows) -> Rows:
        found: Rows = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(missing(today()))

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        """Words of the workflow or of the capability's name; or the workflow's reference."""
        number = value.strip().upper().removeprefix("WF-").lstrip("0")
        named = [c.key for c in CAPABILITIES if value.strip().casefold() in str(c.name).casefold()]
        found = Q(capability__in=named)
        if (query := prefix_query(value)) is not None:
            found |= Q(workflow__search=query)
        if is_number(number):
            found |= Q(workflow=int(number))
        return rows.filter(found)

    def by_state(self, rows: Rows, name: str, value: list[str]) -> Rows:
        if set(value) == set(GapState):
            return rows
        wanted = Q()
        for state in value:
            wanted |= in_state(state, today())
        return rows.filter(wanted)

    def by_area(self, rows: Rows, name: str, value: list[str]) -> Rows:
        return rows.filter(capability__in=[key for area in value for key in keys_of(area)]) if value else rows

    def by_owner(self, rows: Rows, name: str, value: list[str]) -> Rows:
        return rows.filter(self.owned_by(value)) if value else rows

    def owned_by(self, value: list[str]) -> Q:
        people = numbers(value)
        if "me" in value and self.request is not None:
            people.append(self.request.user.pk)
        found = Q(owner__in=people)
        return found | Q(owner__isnull=True) if "none" in value else found

    def by_overdue(self, rows: Rows, name: str, value: bool) -> Rows:
        late = in_state(GapState.OVERDUE, today())
        return rows.filter(late) if value else rows.exclude(late)

    def by_tier(self, rows: Rows, name: str, value: list[str]) -> Rows:
        tiers = ["" if tier == NOT_TIERED else tier for tier in value]
        return rows.filter(workflow__tier__in=tiers) if value else rows


def filtered(query: Any, request: Any) -> GapFilter:
    return GapFilter(query, listed(), request=request)
