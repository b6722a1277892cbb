"""Finding reports, on their page and through the API."""

import re
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import Document, User
from reviews.models import ReportKind
from reviews.policies.reports import GATES, INCIDENTS, WORKFLOWS

SUPERSEDED = "SUPERSEDED"
STATES = [*Document.Status.choices, (SUPERSEDED, _("Superseded"))]
_REFERENCE = re.compile(r"(INC|WF)-0*(\d{1,9})", re.IGNORECASE)
_ABOUT = {"INC": INCIDENTS, "WF": WORKFLOWS, "GR": GATES}


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=ReportKind.choices)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=STATES, method="by_state")
    about = django_filters.CharFilter(label=_("About"), method="by_subject", max_length=20)
    person = django_filters.ModelChoiceFilter(
        label=_("Asked for by"), field_name="requested_by", queryset=User.objects.order_by("name")
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        code = value.strip().upper()
        return rows.filter(Q(number__icontains=value.strip()) | Q(title__icontains=value.strip()) | Q(code=code))

    def by_state(self, rows: QuerySet[Document], name: str, value: list[str]) -> QuerySet[Document]:
        if not value:
            return rows
        wanted: Any = Q(status__in=[state for state in value if state != SUPERSEDED])
        if SUPERSEDED in value:
            wanted |= Q(superseded_by__status=Document.Status.READY)
        return rows.filter(wanted).distinct()

    def by_subject(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        """A reference such as INC-0142 or WF-0031; anything else is about nothing."""
        found = _REFERENCE.fullmatch(value.strip())
        if found is None:
            return rows.none()
        return rows.filter(object_type=_ABOUT[found[1].upper()], object_id=found[2])
