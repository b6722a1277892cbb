"""Which retention reviews a list shows: the same questions for the page and the API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.filters.evidence import HOLD
from incidents.models import Evidence, RetentionReview


class RetentionFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(method="search", label=_("Search"))
    state = django_filters.MultipleChoiceFilter(choices=RetentionReview.State.choices)
    retention = django_filters.MultipleChoiceFilter(
        field_name="evidence__retention", choices=Evidence.Retention.choices
    )
    hold = django_filters.MultipleChoiceFilter(choices=HOLD, method="held")

    class Meta:
        model = RetentionReview
        fields: list[str] = []

    def search(self, rows: "QuerySet[RetentionReview]", _name: str, words: str) -> "QuerySet[RetentionReview]":
        """Title, file name, or the number of the piece or of its incident."""
        text = words.strip()
        if not text:
            return rows
        found = Q(evidence__title__icontains=text) | Q(evidence__filename__icontains=text)
        return rows.filter(found | _numbered("EV-", "evidence", text) | _numbered("INC-", "evidence__incident", text))

    def held(self, rows: Any, _name: str, chosen: list[str]) -> "QuerySet[RetentionReview]":
        found: QuerySet[RetentionReview] = rows
        return found.filter(evidence__is_on_hold__in=[value == "yes" for value in chosen]) if chosen else found


def _numbered(prefix: str, field: str, text: str) -> Q:
    number = text.upper().removeprefix(prefix).lstrip("0")
    return Q(**{field: int(number)}) if number.isdigit() and len(number) < 10 else Q(pk__in=[])
