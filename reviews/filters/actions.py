"""Filters of action items, shared by the list page and the API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.asof import clock
from reviews.lifecycle import ActionCategory, ActionState
from reviews.models import ActionItem

ME = "me"


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(method="search", label=_("Search"))
    state = django_filters.MultipleChoiceFilter(choices=ActionState.choices)
    category = django_filters.MultipleChoiceFilter(choices=ActionCategory.choices)
    assignee = django_filters.CharFilter(method="of_people", label=_("Owner: numbers, or “me”"))
    overdue = django_filters.BooleanFilter(method="is_overdue", label=_("Overdue"))
    workflow = django_filters.CharFilter(method="of_numbers", label=_("Workflow numbers"))
    incident = django_filters.CharFilter(method="of_numbers", label=_("Incident numbers"))
    review = django_filters.NumberFilter(field_name="review")
    due_after = django_filters.DateFilter(field_name="due_date", lookup_expr="gte", label=_("Due on or after"))
    due_before = django_filters.DateFilter(field_name="due_date", lookup_expr="lte", label=_("Due on or before"))
    sort = django_filters.OrderingFilter(
        fields=(
            ("due_date", "due"),
            ("pk", "reference"),
            ("title", "title"),
            ("assignee__name", "assignee"),
            ("category", "category"),
            ("state", "state"),
        )
    )

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def search(self, rows: QuerySet[ActionItem], name: str, value: str) -> QuerySet[ActionItem]:
        number = value.strip().upper().removeprefix("ACT-").lstrip("0")
        found = Q(title__icontains=value) | Q(description__icontains=value) | Q(assignee__name__icontains=value)
        return rows.filter(found | Q(pk=int(number)) if _is_number(number) else found)

    def of_people(self, rows: QuerySet[ActionItem], name: str, value: str) -> QuerySet[ActionItem]:
        values = self._values(name, value)
        people = [int(part) for part in values if _is_number(part)]
        if ME in values and self.request is not None:
            people.append(self.request.user.pk)
        return rows.filter(assignee__in=people)

    def of_numbers(self, rows: QuerySet[ActionItem], name: str, value: str) -> QuerySet[ActionItem]:
        return rows.filter(**{f"{name}__in": [int(part) for part in self._values(name, value) if _is_number(part)]})

    def is_overdue(self, rows: QuerySet[ActionItem], name: str, value: bool) -> QuerySet[ActionItem]:
        late: Any = ActionItem.objects.overdue(timezone.localdate(clock()))
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def _values(self, name: str, value: str) -> list[str]:
        """Every value of a parameter given more than once; a facet has one for each checkbox."""
        return list(self.data.getlist(name)) if hasattr(self.data, "getlist") else [value]


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
