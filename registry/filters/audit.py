"""Finding entries of the site-wide history, for the page and the API alike."""

import re
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.context import Origin
from registry.kernel.audit.events import LABELS
from registry.models import AuditEntry, User

ORIGINS = [
    (Origin.PAGE, _("Page")),
    (Origin.API, _("API")),
    (Origin.TASK, _("Background task")),
    (Origin.COMMAND, _("Command")),
    (Origin.IMPORT, _("Import")),
    (Origin.UNKNOWN, _("Not recorded")),
]
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_REFERENCE = re.compile(r"(?:[A-Za-z]{2,4}-)?0*(\d{1,18})")


def object_types() -> list[tuple[str, str]]:
    """Every kind of record that keeps a history, by its name."""
    kept = (model for model in apps.get_models() if hasattr(model, "history"))
    named = ((model._meta.label_lower, str(model._meta.verbose_name).capitalize()) for model in kept)
    return sorted(named, key=lambda pair: pair[1].lower())


class OneOfMany(forms.Select):
    """A plain list to choose one from, where the address may name several."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        blank = self.create_option(name, "", str(_("Every kind")), not any(value), 0)
        return [(None, [blank], 0), *super().optgroups(name, value, attrs)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in given if value]


class TimeFilter(django_filters.DateTimeFilter):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(*args, input_formats=TIME_FORMATS, widget=widget, **kwargs)


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter has an index that serves it; `until` is exclusive."""

    person = django_filters.ModelChoiceFilter(
        field_name="actor_id",
        label=_("Who"),
        empty_label=_("Everybody"),
        queryset=User.objects.order_by("name"),
        method="by_person",
    )
    type = django_filters.MultipleChoiceFilter(
        field_name="object_type", label=_("Kind of record"), choices=object_types, widget=OneOfMany
    )
    object = django_filters.CharFilter(label=_("Number of the record"), method="by_object", max_length=40)
    kind = django_filters.MultipleChoiceFilter(
        label=_("What happened"), choices=AuditEntry.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    event = django_filters.ChoiceFilter(label=_("Event"), empty_label=_("Any event"), choices=sorted(LABELS.items()))
    origin = django_filters.MultipleChoiceFilter(
        label=_("Where from"), choices=ORIGINS, widget=forms.CheckboxSelectMultiple
    )
    unit = django_filters.CharFilter(field_name="unit_id", label=_("Request or task"), max_length=64)
    since = TimeFilter(field_name="at", lookup_expr="gte", label=_("From"))
    until = TimeFilter(field_name="at", lookup_expr="lt", label=_("Until"))
    words = django_filters.CharFilter(label=_("Words in the reason"), method="by_words", max_length=200)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_person(self, rows: QuerySet[AuditEntry], name: str, value: User) -> QuerySet[AuditEntry]:
        return rows.filter(actor_id=value.pk)

    def by_object(self, rows: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        """A number, or a reference such as WF-0031, which ends in it."""
        reference = _REFERENCE.fullmatch(value.strip())
        return rows.filter(object_id=reference[1] if reference else value.strip())

    def by_words(self, rows: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        """Whole words: of unfinished ones the database cannot tell how many rows to expect, and reads them all."""
        if not re.search(r"\w", value):
            return rows
        query = SearchQuery(value, config="simple", search_type="websearch")
        return rows.exclude(reason="").alias(found=SearchVector("reason", config="simple")).filter(found=query)
