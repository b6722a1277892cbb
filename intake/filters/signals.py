"""Which signals a list shows: the same questions for the page and the API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.filters.incidents import NumbersFilter
from intake.kinds import STANDING, State
from intake.models import ReceivedSignal

BOUND = [("none", _("No workflow")), ("any", _("Any workflow"))]


class SignalFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Several values of one question widen, several questions narrow."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    state = django_filters.MultipleChoiceFilter(choices=State.choices)
    status = django_filters.MultipleChoiceFilter(choices=[(s.value, s.label) for s in STANDING])
    source = NumbersFilter(field_name="source", lookup_expr="in", label=_("Sources"))
    level = django_filters.CharFilter(method="of_levels", label=_("Level, as the source says"))
    bound = django_filters.MultipleChoiceFilter(choices=BOUND, method="by_bound", label=_("Workflow known"))
    workflow = NumbersFilter(field_name="workflow", lookup_expr="in", label=_("Workflows"))
    incident = NumbersFilter(field_name="incident", lookup_expr="in", label=_("Incidents"))

    class Meta:
        model = ReceivedSignal
        fields: list[str] = []

    def search(self, rows: Any, _name: str, words: str) -> "QuerySet[ReceivedSignal]":
        return rows.search_for(words) if words.strip() else rows  # type: ignore[no-any-return]

    def of_levels(self, rows: "QuerySet[ReceivedSignal]", name: str, value: str) -> "QuerySet[ReceivedSignal]":
        levels = list(self.data.getlist(name)) if hasattr(self.data, "getlist") else [value]
        return rows.filter(level__in=["" if level == "none" else level.lower() for level in levels if level])

    def by_bound(self, rows: "QuerySet[ReceivedSignal]", _name: str, chosen: list[str]) -> "QuerySet[ReceivedSignal]":
        if not chosen or len(chosen) == len(BOUND):
            return rows
        return rows.filter(Q(workflow__isnull=chosen[0] == "none"))
