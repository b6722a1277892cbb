"""Which evidence a list shows: the same questions for the page and the API."""

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import Evidence

HOLD = [("yes", _("On hold")), ("no", _("Not on hold"))]

if TYPE_CHECKING:
    Rows = QuerySet[Evidence]


class EvidenceFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(method="search", label=_("Search"))
    kind = django_filters.MultipleChoiceFilter(choices=Evidence.Kind.choices)
    custody = django_filters.MultipleChoiceFilter(choices=Evidence.Custody.choices)
    hold = django_filters.MultipleChoiceFilter(choices=HOLD, method="held")
    incident = django_filters.NumberFilter(field_name="incident")
    trace_id = django_filters.CharFilter(method="told", label=_("Trace"))
    run_id = django_filters.CharFilter(method="told", label=_("Run"))

    class Meta:
        model = Evidence
        fields: list[str] = []

    def search(self, rows: "Rows", _name: str, words: str) -> "Rows":
        """Title, file name, source, run, or the beginning of a hash, a trace or a reference. Restricted evidence is
        found only by its reference, so that searching does not tell what it says.
        """
        text = words.strip()
        if not text:
            return rows
        number = text.upper().removeprefix("EV-").lstrip("0")
        by_number = Q(pk=int(number)) if number.isdigit() and len(number) < 10 else Q(pk__in=[])
        words_match = Q(title__icontains=text) | Q(filename__icontains=text) | Q(source__icontains=text)
        words_match |= Q(trace_id__startswith=text.lower()) | Q(run_id=text)
        return rows.filter(by_number | Q(is_restricted=False) & (words_match | Q(file__sha256__istartswith=text)))

    def told(self, rows: "Rows", name: str, value: str) -> "Rows":
        """A whole id. Restricted evidence is not found by what it says."""
        return rows.filter(
            is_restricted=False, **{name: value.strip().lower() if name == "trace_id" else value.strip()}
        )

    def held(self, rows: Any, _name: str, chosen: list[str]) -> "Rows":
        return rows.filter(is_on_hold__in=[value == "yes" for value in chosen]) if chosen else rows  # type: ignore[no-any-return]
