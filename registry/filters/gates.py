"""Filters of the list of requests at gates, for its page and the API alike."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.approvals import GateKind, Status
from registry.filters.conditions import is_number
from registry.kernel.searching import prefix_query
from registry.models import GateRequest
from registry.models.workflow_words import Tier

Rows = QuerySet[GateRequest]
FOR = [("me", _("Waits for me")), ("mine", _("Asked by me"))]


def listed() -> Rows:
    rows: Rows = GateRequest.objects.select_related("workflow", "asked_by").prefetch_related("steps__decided_by")
    return rows


class GateFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)
    status = django_filters.MultipleChoiceFilter(label=_("State"), choices=Status.choices)
    kind = django_filters.MultipleChoiceFilter(label=_("What is asked"), choices=GateKind.choices)
    tier = django_filters.MultipleChoiceFilter(label=_("Risk tier"), choices=Tier.choices)
    whose = django_filters.ChoiceFilter(label=_("Whose"), choices=FOR, method="by_person")
    workflow = django_filters.NumberFilter(label=_("Workflow number"), field_name="workflow", max_value=2**63 - 1)

    class Meta:
        model = GateRequest
        fields: list[str] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        """Words of the workflow, its reference, or that of the request."""
        text = value.strip().upper()
        found, query = Q(), prefix_query(value)
        if query is not None:
            found |= Q(workflow__search=query)
        for start, field in (("GR-", "pk"), ("WF-", "workflow")):
            number = text.removeprefix(start).lstrip("0")
            if text.startswith(start) and is_number(number):
                found |= Q(**{field: int(number)})
        return rows.filter(found) if found else rows.none()

    def by_person(self, rows: Any, name: str, value: str) -> Rows:
        user = self.request.user if self.request is not None else None
        if user is None or user.pk is None:
            return rows.none()  # type: ignore[no-any-return]
        return rows.waiting_for(user) if value == "me" else rows.filter(asked_by=user.pk)  # type: ignore[no-any-return]


def filtered(query: Any, request: Any) -> GateFilter:
    return GateFilter(query, listed(), request=request)
