"""Which deliveries a log shows: the same questions for the page and the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.happenings import LABELS
from incidents.models import WebhookDelivery


class WebhookDeliveryFilter(django_filters.FilterSet):  # type: ignore[misc]
    endpoint = django_filters.NumberFilter(field_name="endpoint")
    state = django_filters.MultipleChoiceFilter(choices=WebhookDelivery.State.choices)
    type = django_filters.MultipleChoiceFilter(field_name="event_type", choices=list(LABELS.items()))
    incident = django_filters.CharFilter(method="of_incident", label=_("Incident"))
    since = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []

    def of_incident(self, rows: Any, _name: str, words: str) -> "QuerySet[WebhookDelivery]":
        """By its number or reference."""
        digits = words.strip().upper().removeprefix("INC-")
        known = digits.isascii() and digits.isdigit() and len(digits) < 10
        found: QuerySet[WebhookDelivery] = rows.filter(incident=int(digits)) if known else rows.none()
        return found
