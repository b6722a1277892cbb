"""Filters of post-incident reviews, shared by the list page and the API."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.severities import Severity
from reviews.lifecycle import ReviewState
from reviews.models import Review


class ReviewFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(method="search", label=_("Search"))
    status = django_filters.MultipleChoiceFilter(choices=ReviewState.choices)
    severity = django_filters.MultipleChoiceFilter(field_name="incident__severity", choices=Severity.choices)
    cause = django_filters.MultipleChoiceFilter(method="with_cause", choices=Review.Cause.choices)
    author = django_filters.NumberFilter(field_name="author")
    incident = django_filters.NumberFilter(field_name="incident")
    sort = django_filters.OrderingFilter(
        fields=(("due_date", "due"), ("incident", "incident"), ("status", "status"), ("started_at", "started"))
    )

    class Meta:
        model = Review
        fields: list[str] = []

    def search(self, rows: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        number = value.strip().upper().removeprefix("INC-").lstrip("0")
        found = Q(incident__title__icontains=value) | Q(what_happened__icontains=value) | Q(root_cause__icontains=value)
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        return rows.filter(found | Q(incident=int(number)) if is_number else found)

    def with_cause(self, rows: QuerySet[Review], name: str, value: list[str]) -> QuerySet[Review]:
        return rows.filter(causes__overlap=value) if value else rows
