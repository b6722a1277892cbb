"""Which requests for evidence a list shows."""

from typing import Any

import django_filters

from incidents.models import EvidenceRequest
from incidents.requesting import Status


class EvidenceRequestFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.MultipleChoiceFilter(choices=Status.choices())
    person = django_filters.NumberFilter(field_name="person")
    incident = django_filters.NumberFilter(field_name="incident")
    mine = django_filters.BooleanFilter(method="own", label="Asked of the caller")

    class Meta:
        model = EvidenceRequest
        fields: list[str] = []

    def own(self, rows: Any, _name: str, is_mine: bool) -> Any:
        return rows.filter(person=self.request.user) if is_mine else rows
