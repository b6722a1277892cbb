"""Which incidents a list shows: the same questions for the page and the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.lifecycle import State
from incidents.models import Incident
from incidents.severity import Category, Severity

EXERCISE = [("yes", _("Exercises")), ("no", _("Real"))]


class NumbersFilter(django_filters.BaseInFilter, django_filters.NumberFilter):  # type: ignore[misc]
    """Several keys: repeated in the address or with commas between them."""


class IncidentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Several values of one question widen, several questions narrow. Unknown values are refused by the form."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    state = django_filters.MultipleChoiceFilter(choices=State.choices)
    severity = django_filters.MultipleChoiceFilter(choices=Severity.choices)
    category = django_filters.MultipleChoiceFilter(choices=Category.choices)
    kind = django_filters.MultipleChoiceFilter(choices=Incident.Kind.choices)
    exercise = django_filters.MultipleChoiceFilter(choices=EXERCISE, method="exercises")
    workflow = NumbersFilter(method="of_workflows", label=_("Workflow"))

    class Meta:
        model = Incident
        fields: list[str] = []

    def search(self, rows: Any, _name: str, words: str) -> "QuerySet[Incident]":
        return rows.search_for(words) if words.strip() else rows  # type: ignore[no-any-return]

    def exercises(self, rows: "QuerySet[Incident]", _name: str, chosen: list[str]) -> "QuerySet[Incident]":
        return rows.filter(is_exercise__in=[value == "yes" for value in chosen]) if chosen else rows

    def of_workflows(self, rows: "QuerySet[Incident]", _name: str, chosen: list[int]) -> "QuerySet[Incident]":
        return rows.filter(pk__in=Incident.workflows.through.objects.filter(workflow__in=chosen).values("incident"))
