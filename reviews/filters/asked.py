"""What a report was asked for by, in words for its cover."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.filters.addresses import Address
from registry.filters.audit import AuditFilter
from registry.filters.facets import Counts
from registry.filters.options import chips, names
from registry.models import AuditEntry

Words = list[tuple[str, str]]


def register_words(address: Address) -> Words:
    known = names(Counts(), address.params, {}, address.filters.own)
    return [(chip.label, chip.values) for chip in chips(address.filters, address.params, known)]


def history_words(found: AuditFilter) -> Words:
    """Of a valid filter: one pair for each that says something."""
    told = ((name, found.form.cleaned_data.get(name)) for name in found.filters)
    return [(str(found.filters[name].label), _value(found.form.fields[name], value)) for name, value in told if value]


def _value(field: Any, value: Any) -> str:
    if hasattr(field, "queryset"):
        return ", ".join(str(row) for row in value) if isinstance(value, QuerySet) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if value is True:
        return _("yes")
    labels = _labels(field)
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in values)


def _labels(field: Any) -> dict[str, str]:
    """Value → label of a field's choices, those in groups too."""
    labels: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        members = label if isinstance(label, list | tuple) else [(key, label)]
        labels |= {str(value): str(words) for value, words in members}
    return labels


def history(data: Any) -> AuditFilter:
    return AuditFilter(data, AuditEntry.objects.all())
