"""Filters of the lists of the control plane."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from registry.models import ControlCandidate, Restriction


class RestrictionFilter(django_filters.FilterSet):  # type: ignore[misc]
    in_force = django_filters.BooleanFilter(method="only_in_force", label="Only those in force, or the others")

    class Meta:
        model = Restriction
        fields = ["workflow", "source"]

    def only_in_force(self, rows: Any, _name: str, wanted: bool) -> QuerySet[Restriction]:
        in_force = Restriction.objects.in_force()
        found: QuerySet[Restriction] = rows.filter(pk__in=in_force) if wanted else rows.exclude(pk__in=in_force)
        return found


class CallerFilter(django_filters.FilterSet):  # type: ignore[misc]
    set_aside = django_filters.BooleanFilter(field_name="dismissed_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = ControlCandidate
        fields = ["token"]
