"""Finding entries of the site-wide history, for the page and the API alike."""

import re
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from registry.filters import references
from registry.kernel.audit import belonging
from registry.kernel.audit.context import Origin
from registry.kernel.audit.events import LABELS
from registry.kernel.audit.models import READS
from registry.kernel.audit.reading import fields_of
from registry.models import AuditEntry, User
from registry.reports.audit_chain import TOLD_OF

ORIGINS = [
    (Origin.PAGE, _("Page")),
    (Origin.API, _("API")),
    (Origin.TASK, _("Background task")),
    (Origin.COMMAND, _("Command")),
    (Origin.IMPORT, _("Import")),
    (Origin.MIGRATION, _("Migration")),
    (Origin.DATABASE, _("Past the application")),
    (Origin.UNKNOWN, _("Not recorded")),
]
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
READ_IN_CUSTODY = ("READ", "COPIED", "EXPORTED")
"""Links of a chain of custody that say that somebody had the content; the others say what was done to it."""
INCIDENT = "incidents.incident"
Rows = QuerySet[AuditEntry]
_DIFFERING = (
    "SELECT history_id FROM (SELECT history_id, history_type, {0} IS DISTINCT FROM lag({0}) OVER "
    "(PARTITION BY {1} ORDER BY history_id) AS differs FROM {2} {3}) AS told WHERE differs AND history_type = '~'"
)
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")


def kinds() -> Iterator[Any]:
    """Models that keep a history."""
    for model in apps.get_models():
        if hasattr(model, "history") and not hasattr(model, "instance_type"):
            yield model


def object_types() -> list[tuple[str, str]]:
    """Every kind of record that keeps a history or that events are about, by its name."""
    told = (*kinds(), *TOLD_OF)
    named = ((model._meta.label_lower, str(model._meta.verbose_name).capitalize()) for model in told)
    return sorted(named, key=lambda pair: pair[1].lower())


def fields_changed(label: str = "") -> list[tuple[str, str]]:
    """Column and name of every field whose changes are told, of one kind of record or of all."""
    found: dict[str, str] = {}
    for model in kinds():
        if label in ("", model._meta.label_lower):
            kept = {field.column for field in model.history.model._meta.concrete_fields}
            shown = (field for field in fields_of(model) if field.column in kept)
            found |= {field.column: str(field.verbose_name).capitalize() for field in shown}
    return sorted(found.items(), key=lambda pair: pair[1].lower())


def reads_among(rows: Rows) -> Rows:
    """Who looked at something protected, had its content, or took a copy."""
    return rows.filter(event__in=READS).exclude(Q(event="CUSTODY") & ~Q(detail__kind__in=READ_IN_CUSTODY))


class OneOfMany(forms.Select):
    """A plain list to choose one from, where the address may name several."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        blank = self.create_option(name, "", str(_("Every kind")), not any(value), 0)
        return [(None, [blank], 0), *super().optgroups(name, value, attrs)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in given if value]


class MomentField(forms.DateTimeField):
    """As the browser gives it, in the zone of the installation; or in ISO 8601 with Z or an offset."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(_LOST_PLUS.sub(r"\1+\2", value.strip()) if isinstance(value, str) else value)


class MomentInput(forms.DateTimeInput):
    """Shows every moment in the zone of the installation: a field of this kind knows no other."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def format_value(self, value: Any) -> Any:
        try:
            read = parse_datetime(_LOST_PLUS.sub(r"\1+\2", value.strip())) if isinstance(value, str) else None
        except ValueError:
            read = None
        shown = timezone.localtime(read) if read is not None and timezone.is_aware(read) else value
        return super().format_value(shown)


class TimeFilter(django_filters.DateTimeFilter):  # type: ignore[misc]
    field_class = MomentField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=TIME_FORMATS, widget=MomentInput(), **kwargs)


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
    reads = django_filters.BooleanFilter(
        label=_("Only who read, viewed or took away"), method="by_reads", widget=forms.CheckboxInput
    )
    incident = django_filters.CharFilter(
        label=_("Incident, with everything under it"), method="by_incident", max_length=40
    )
    chain = django_filters.CharFilter(
        label=_("Reference of a record, with everything under it"), method="by_chain", max_length=40
    )
    field = django_filters.ChoiceFilter(
        label=_("Field that changed"), empty_label=_("Any field"), choices=fields_changed, method="by_field"
    )  # fmt: skip
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

    def by_person(self, rows: Rows, name: str, value: User) -> Rows:
        return rows.filter(actor_id=value.pk)

    @property
    def form(self) -> Any:
        form = super().form
        if form.is_bound and not hasattr(form, "asked_together"):
            form.asked_together = True
            self._ask_together(form)
            self._ask_for_kinds(form)
        return form

    def _ask_together(self, form: Any) -> None:
        """Who looks for a changed field says of which kind of record: only its entries are opened then."""
        wanted, types = form.data.get("field"), [value for value in form.data.getlist("type") if value]
        known = fields_changed(types[0]) if len(types) == 1 else []
        if known:
            form.fields["field"].choices = [("", _("Any field")), *known]
        elif wanted:
            form.add_error("field", _("Choose one kind of record as well."))

    def _ask_for_kinds(self, form: Any) -> None:
        """A reference says of which kind of record it is; the number of another kind would be another record."""
        types = [value for value in form.data.getlist("type") if value]
        for name, allowed in (("incident", [INCIDENT]), ("object", types)):
            label = references.read(form.data.get(name) or "").label
            if label and allowed and label not in allowed:
                sentence = _("%(reference)s is the reference of another kind of record: %(kind)s.")
                about = {"reference": form.data[name].strip(), "kind": references.name_of(label)}
                form.add_error(name, sentence % about)
        wanted = (form.data.get("chain") or "").strip()
        if wanted and not references.read(wanted).label:
            form.add_error("chain", _("Give a reference, such as WF-0031, INC-0031, ACT-0031 or EV-00031."))

    def by_reads(self, rows: Rows, name: str, value: bool) -> Rows:
        return reads_among(rows) if value else rows

    def by_incident(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(belonging.chain(belonging.under(INCIDENT, references.read(value).number)))

    def by_chain(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(belonging.chain(belonging.under(*references.read(value))))

    def by_field(self, rows: Rows, name: str, value: str) -> Rows:
        """Changes after which the field says something else than before, by the history of the one kind asked for."""
        [label] = [value for value in self.data.getlist("type") if value]
        model = apps.get_model(label)
        names = [
            connection.ops.quote_name(name)
            for name in (value, model._meta.pk.column, model.history.model._meta.db_table)
        ]
        number = references.read(self.data.get("object", "")).number
        if number and not number.isdecimal():
            return rows.none()
        sql = _DIFFERING.format(*names, f"WHERE {names[1]} = %s" if number else "")
        differing = RawSQL(sql, [int(number)] if number else [])  # noqa: S611 - names of our own tables and columns
        return rows.filter(kind=AuditEntry.Kind.CHANGED, history_id__in=differing)

    def by_object(self, rows: Rows, name: str, value: str) -> Rows:
        reference = references.read(value)
        found = rows.filter(object_id=reference.number)
        return found.filter(object_type=reference.label) if reference.label else found

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        """Whole words: of unfinished ones the database cannot tell how many rows to expect, and reads them all."""
        if not re.search(r"\w", value):
            return rows
        query = SearchQuery(value, config="simple", search_type="websearch")
        return rows.exclude(reason="").alias(found=SearchVector("reason", config="simple")).filter(found=query)


def plain(query: QueryDict) -> str:
    """What of an address the list understands, always in the same order: equal views have equal text."""
    kept = QueryDict(mutable=True)
    for name in AuditFilter.base_filters:
        kept.setlist(name, sorted({value for value in query.getlist(name) if value}))
    return kept.urlencode()
